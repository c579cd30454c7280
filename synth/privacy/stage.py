"""The steps after words were erased: index, files as uploaded, free space; each may run again."""

from __future__ import annotations

from collections.abc import Collection

from synth.audit import repo as audit
from synth.errors import InputError, NotFound, TooLarge
from synth.indexing.stage import parity
from synth.jobs import queue
from synth.jobs.types import Job
from synth.people.actions import find_known
from synth.people.identity import stored_key
from synth.people.merge_repo import withdrawn
from synth.privacy import repo
from synth.privacy.erasing import erase_words
from synth.services import Services
from synth.sources.repo import load_source
from synth.sources.stage import read_original
from synth.store.compacting import compact

#: The job whose steps these are.
ERASURE = "erasure"


def erase_again(services: Services, workspace_id: str, job: Job) -> int:
    """Erase what people who withdrew said, where it is here again; return how many passages.

    A file that names them may come after they withdrew, and their words may have stayed from
    before words were erased at all. Where it was no erasure that found them, one follows.
    """
    with services.writing(workspace_id) as uow:
        done = erase_words(uow, repo.everybody_withdrawn(uow))
        if done.passages:
            audit.append(
                uow,
                services.secret,
                at=services.clock(),
                actor_id=job.created_by,
                action="people.erase",
                subject=("job", job.id),
                data=dict(vars(done)),
            )
        if done.passages and job.kind != ERASURE:
            by = job.created_by
            queue.submit(services, uow, kind=ERASURE, arguments={}, created_by=by)
    return done.passages


def clean_index(services: Services, workspace_id: str) -> int:
    """Take what nobody may find any more out of the vector index; return how many."""
    gone = sorted(parity(services, workspace_id).orphans)
    services.vectors.delete(workspace_id, services.embedder.model, gone)
    return len(gone)


def drop_originals(
    services: Services, workspace_id: str, source_ids: Collection[str] | None = None
) -> int:
    """Remove files in which somebody speaks who withdrew; return how many went.

    Files some of whose documents were here before are read again to see who speaks in them; with
    `source_ids` only these. A file that another workspace uploaded too stays until nobody needs it.
    """
    with services.reading(workspace_id) as uow:
        if not withdrawn(uow):
            return 0
        doubles = repo.sources_with_doubles(uow) if source_ids is None else source_ids
        unsure = repo.list_unmarked(uow, doubles)
    naming = [one for one in unsure if _names_withdrawn(services, workspace_id, one)]
    with services.writing(workspace_id) as uow:
        repo.mark_erased(uow, naming)
        gone = repo.withdrawn_originals(uow)
        gone -= repo.needed_originals(uow.connection, gone)
    return sum(services.blobs.drop(digest) for digest in sorted(gone))


def clean_free_space(services: Services) -> None:
    """Rewrite the database, so that nothing of what was deleted stays in its files."""
    compact(services.engine)


def _names_withdrawn(services: Services, workspace_id: str, source_id: str) -> bool:
    with services.reading(workspace_id) as uow:
        source = load_source(uow, source_id)
    try:
        reading = read_original(services, source)
    except (InputError, TooLarge, NotFound):
        return False
    keys = {
        stored_key(turn.reference, services.secret)
        for document in reading.documents
        for turn in document.turns
        if turn.reference is not None
    }
    with services.reading(workspace_id) as uow:
        found = find_known(services, uow, keys).values()
        return bool(set(found) & set(repo.everybody_withdrawn(uow)))
