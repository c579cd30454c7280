"""The step that reads a source: original bytes to redacted documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from synth.errors import InputError, TooLarge
from synth.jobs.types import Progress
from synth.people import actions as people_actions
from synth.people import repo as people
from synth.people.identity import stored_value
from synth.people.types import Reference
from synth.services import Services
from synth.sources import repo
from synth.sources.cleaning import clean_document
from synth.sources.preparing import (
    Known,
    Prepared,
    candidate_names,
    choose_name,
    hide_anonymous,
    people_of,
    prepare,
)
from synth.sources.readers.registry import parse
from synth.sources.redaction import redact
from synth.sources.roles import settle_roles
from synth.sources.types import RawDocument, Reading, Skip, Source, SourceState

#: Documents redacted and stored together.
BATCH = 200
Counts = dict[str, int]


def read_source(
    services: Services, workspace_id: str, source_id: str, progress: Progress | None = None
) -> Counts:
    """Read a source into documents, turns, redactions and skips; return how many of each.

    A file that cannot be read leaves the source failed, with the reason. A repeat changes nothing.
    """
    with services.reading(workspace_id) as uow:
        source = repo.load_source(uow, source_id)
        if source.state is not SourceState.PENDING:
            return _stored_counts(repo.count_documents(uow, source_id), repo.skips(uow, source_id))
    try:
        reading = read_original(services, source)
    except (InputError, TooLarge) as error:
        _fail(services, workspace_id, source, error)
        return {"documents": 0, "failed": 1}
    known = _resolve(services, workspace_id, reading)
    counts = _store(services, workspace_id, source, reading, known, progress)
    _finish(services, workspace_id, source, reading, known)
    return {**counts, "skips": len(reading.skips), "notices": len(reading.notices)}


def _stored_counts(documents: int, skipped: Sequence[object]) -> Counts:
    return {"documents": documents, "skips": len(skipped)}


def read_original(services: Services, source: Source) -> Reading:
    """Return what is in a source's file: clean, interviewers marked, every id used once.

    Raises:
        InputError: nothing in it can be kept.
        TooLarge: it unfolds beyond the limits.
        NotFound: the file is gone.
    """
    data = services.blobs.get(source.sha256)
    reading = parse(source.filename, data, source.options)
    cleaned = [clean_document(document) for document in reading.documents]
    documents = (hide_anonymous(document, services.secret) for document, _ in cleaned)
    changed = sum(count for _, count in cleaned)
    notices = reading.notices
    if changed:
        notices = (*notices, f"{changed} NUL or broken characters removed or replaced")
    clean = replace(reading, documents=_unique_ids(documents), notices=notices)
    asking = set(source.options.interviewers)

    def is_interviewer(label: str) -> bool:
        return stored_value(Reference(namespace="name", value=label), services.secret) in asking

    return settle_roles(clean, is_interviewer)


def _unique_ids(documents: Iterable[RawDocument]) -> tuple[RawDocument, ...]:
    """Return documents with a number after each external id that a file uses again."""
    seen: Counter[str] = Counter()
    unique = []
    for document in documents:
        seen[document.external_id] += 1
        count = seen[document.external_id]
        name = document.external_id if count == 1 else f"{document.external_id}#{count}"
        unique.append(replace(document, external_id=name))
    return tuple(unique)


def _resolve(services: Services, workspace_id: str, reading: Reading) -> Known:
    """Return who speaks; people not known yet are added in one short transaction."""
    references = [
        (turn.reference, turn.role)
        for document in reading.documents
        for turn in document.turns
        if turn.reference is not None
    ]
    if not references:
        return Known(ids={}, participants={})
    with services.writing(workspace_id) as uow:
        ids = people_actions.resolve(services, uow, references)
        return Known(ids=ids, participants=people.load(uow, ids.values()))


def _store(
    services: Services,
    workspace_id: str,
    source: Source,
    reading: Reading,
    known: Known,
    progress: Progress | None,
) -> Counts:
    counts: Counter[str] = Counter(documents=len(reading.documents))
    for start in range(0, len(reading.documents), BATCH):
        batch = [
            prepare(
                raw,
                known,
                source_id=source.id,
                format=reading.format,
                options=source.options,
                secret=services.secret,
            )
            for raw in reading.documents[start : start + BATCH]
        ]
        counts += _store_batch(services, workspace_id, batch)
        if progress is not None:
            progress(min(start + BATCH, len(reading.documents)), len(reading.documents))
    return dict(counts)


def _store_batch(services: Services, workspace_id: str, batch: Sequence[Prepared]) -> Counter[str]:
    """Store what is new or changed; what is here already stays as it is."""
    counts: Counter[str] = Counter()
    with services.writing(workspace_id) as uow:
        repo.lock_documents(uow)
        newest = repo.newest_versions(uow, _possible_names(batch))
        batch = [choose_name(one, newest) if one.is_named_by_file else one for one in batch]
        added = []
        for one in batch:
            before = newest.get(one.both.document.external_id)
            if before and before.content_sha256 == one.both.document.content_sha256:
                counts["unchanged"] += 1
                continue
            counts["changed" if before else "added"] += 1
            counts["redactions"] += one.redacted_beside
            added.append(one.as_version(before.version + 1 if before else 1))
        repo.add_documents(uow, added, services.clock())
    counts["turns"] = sum(len(both.turns) for both, _ in added)
    counts["redactions"] += sum(len(found) for _, found in added)
    return counts


def _possible_names(batch: Sequence[Prepared]) -> list[str]:
    return [
        name
        for one in batch
        for name in (
            candidate_names(one) if one.is_named_by_file else [one.both.document.external_id]
        )
    ]


def _finish(
    services: Services, workspace_id: str, source: Source, reading: Reading, known: Known
) -> None:
    names = [people_of(document, known) for document in reading.documents]
    people_named = {name: token for one in names for name, token in one.items()}
    kinds = Counter(document.kind for document in reading.documents)
    state = SourceState.PARTIAL if reading.skips else SourceState.READ
    skips = _without_personal_data(reading.skips, people_named)
    error = None
    if not reading.documents:
        state, error = SourceState.FAILED, _nothing_kept(skips)
    with services.writing(workspace_id) as uow:
        repo.replace_skips(uow, source.id, skips)
        repo.finish_source(
            uow,
            source.id,
            {
                "state": state,
                "error": error,
                "format": reading.format,
                "kind": kinds.most_common(1)[0][0] if kinds else source.kind,
                "filename": redact([source.filename], people_named).texts[0].text,
                "notices": list(reading.notices),
            },
        )


def _without_personal_data(skips: Sequence[Skip], names: Mapping[str, str]) -> list[Skip]:
    """Return skips whose reasons, which may show what was found, are redacted as texts are."""
    redacted = redact([skip.reason for skip in skips], names)
    return [replace(skip, reason=one.text) for skip, one in zip(skips, redacted.texts, strict=True)]


def _nothing_kept(skips: Sequence[Skip]) -> str:
    reasons = Counter(skip.reason for skip in skips)
    reason = reasons.most_common(1)[0][0] if reasons else "nothing in it is text"
    return f"nothing could be kept: {reason}; see the skipped items and upload a corrected file"


def _fail(
    services: Services, workspace_id: str, source: Source, error: InputError | TooLarge
) -> None:
    # The message may show what was found: it is text of the file, so it is redacted too.
    message = redact([error.message]).texts[0].text
    with services.writing(workspace_id) as uow:
        repo.finish_source(
            uow, source.id, {"state": SourceState.FAILED, "error": message.replace("\0", "")}
        )
