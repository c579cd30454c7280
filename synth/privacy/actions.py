"""A person withdraws: from then on they are known by nothing, and nothing is measured of them."""

from __future__ import annotations

from collections.abc import Mapping

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.backends.event_log import Part
from synth.errors import Conflict
from synth.hypotheses.forgetting import forget_words
from synth.jobs import queue
from synth.metrics import event_repo
from synth.metrics.event_queries import user_key
from synth.people import merge_repo
from synth.people.identity import withdrawn_key
from synth.people.merge_actions import find_person
from synth.privacy import repo
from synth.privacy.erasing import erase_words
from synth.privacy.types import Leaving, Reach, Withdrawn
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Times the files of events are written anew where imports come in between.
TRIES = 5


def withdraw(services: Services, actor: Actor, named: str) -> Withdrawn:
    """Remove a person's words, ids, events and measurements, of all parts they were united from.

    They agree to nothing from then on. Their words are blanked where they stand and left out where
    they were repeated, in the same transaction; a job then cleans the vector index, the files as
    uploaded and the free space of the database, and goes on where it was cut off.
    Files that name them later bring nobody back; a keyed hash of each id is kept for that alone.
    It cannot be undone.

    Raises:
        NotFound: nobody is known by `named` (a pseudonym, an id, `user:ID` or `email:ADDRESS`).
        Conflict: they withdrew before, or imports never paused.
    """
    require(actor, Action.MANAGE_PEOPLE)
    for _ in range(TRIES):
        done = _try(services, actor, named)
        if done is not None:
            return done
    raise Conflict("events are being imported all the time; try again in a minute")


def preview(services: Services, actor: Actor, named: str) -> Reach:
    """Return what a person's withdrawal would take away; changes nothing.

    Raises:
        NotFound: nobody is known by `named`.
        Conflict: they withdrew before.
    """
    require(actor, Action.MANAGE_PEOPLE)
    with services.reading(actor.workspace_id) as uow:
        leaving = _leaving(services, uow, named)
        names = merge_repo.pseudonyms(uow, [leaving.person_id])
        counts = repo.count_reach(uow, leaving)
    return Reach(participant=names[leaving.person_id], ids=len(leaving.keys), **counts)


def _try(services: Services, actor: Actor, named: str) -> Withdrawn | None:
    """Write files without the person first, then let them count in one transaction, then clean."""
    with services.reading(actor.workspace_id) as uow:
        leaving = _leaving(services, uow, named)
        parts = event_repo.list_parts(uow)
    log, workspace = services.event_log, actor.workspace_id
    keys = [user_key(*key) for key in leaving.keys]
    keys += [user_key("id", part) for part in leaving.parts]
    written = log.without(workspace, parts, keys)
    with services.writing(workspace) as uow:
        merge_repo.lock(uow)
        changed = (leaving, parts) != (
            _leaving(services, uow, named),
            event_repo.list_parts(uow),
        )
        done = None if changed else _remove(services, uow, actor, leaving, parts, written)
    new = [part.id for part in written.values() if part]
    log.drop(workspace, new if done is None else sorted(written))
    log.sweep(workspace, {part.id for part in parts} | set(new))
    return done


def _leaving(services: Services, uow: UnitOfWork, named: str) -> Leaving:
    leaving = repo.load_leaving(uow, find_person(services, uow, named))
    if not leaving.keys and merge_repo.withdrawn(uow, [leaving.person_id]):
        raise Conflict("this person withdrew before; nothing of them is left")
    return leaving


def _remove(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    leaving: Leaving,
    parts: list[Part],
    written: Mapping[str, Part | None],
) -> Withdrawn:
    repo.overwrite_deleted(uow)
    rows = {part.id: part.rows for part in parts}
    gone = sum(rows[old] - (new.rows if new else 0) for old, new in written.items())
    # A person without ids gets a digest too: it says that they withdrew.
    keys = [*leaving.keys, *(("id", part) for part in leaving.parts)]
    joins = repo.remove_ids(uow, leaving, [withdrawn_key(key, services.secret) for key in keys])
    measured = repo.remove_measured(uow, leaving.parts)
    repo.replace_parts(uow, written, services.clock())
    forget_words(uow)
    erased = erase_words(uow, leaving.parts)
    by = actor.member.id
    job = queue.submit(services, uow, kind="erasure", arguments={}, created_by=by)
    done = Withdrawn(
        participant=merge_repo.pseudonyms(uow, [leaving.person_id])[leaving.person_id],
        ids=len(leaving.keys),
        joins=joins,
        events=gone + measured["events"],
        values=measured["values"],
        anomalies=measured["anomalies"],
        sessions=measured["sessions"],
        **vars(erased),
        erasure_job_id=job.id,
    )
    counts = {name: value for name, value in vars(done).items() if isinstance(value, int)}
    subject = ("participant", leaving.person_id)
    record_act(services, uow, actor, action="people.withdraw", subject=subject, data=counts)
    return done
