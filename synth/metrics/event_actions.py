"""What people do with events: import them, set funnels over them, write rules about them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.backends.event_log import Columns, Inbox, Part
from synth.core.fingerprints import sha256_bytes, sha256_text
from synth.core.ids import derive_id
from synth.errors import Conflict, InputError
from synth.metrics import event_repo, repo
from synth.metrics.actions import Written, require_some, resolve_users, run_import
from synth.metrics.event_queries import asking_events, user_key
from synth.metrics.funnels import Funnel, FunnelSeen, judged, make_funnel, see_funnel
from synth.metrics.importers.events import EventRow, PieceProblems, read_events
from synth.metrics.importers.table import Problems
from synth.metrics.types import Imported
from synth.people import merge_repo
from synth.people import repo as people_repo
from synth.people.identity import stored_key
from synth.people.types import Reference
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: First bytes of a Parquet file.
PARQUET = b"PAR1"

#: Rows handed to the log at once, and days for which events may still arrive.
BATCH, MOST_SETTLE_DAYS = 100_000, 60

#: Ignored columns that are named.
MOST_IGNORED = 50

#: Rows read, what could not be used of them, columns that were not read.
Taken: TypeAlias = tuple[int, Problems, Sequence[str]]


def import_events(
    services: Services, actor: Actor, *, filename: str, content: str | bytes, lines_before: int = 0
) -> Imported:
    """Import events per user: CSV or JSON lines as text, Parquet as bytes.

    People not known yet are added; the same event twice is one; columns that are none of an event's
    are named. `lines_before` is added to the
    lines of problems, where `content` is a piece of a larger file.

    Raises:
        InputError: the header cannot be used, or no row can.
    """
    require(actor, Action.IMPORT_METRICS)
    with services.event_log.receiving() as inbox:
        if isinstance(content, bytes):
            rows, problems, ignored = _take_parquet(inbox, filename, content, lines_before)
        else:
            rows, problems, ignored = _take_text(inbox, filename, content, lines_before)
        require_some(filename, rows, inbox.count(), problems)
        part_id = sha256_text(content) if isinstance(content, str) else sha256_bytes(content)

        part, gone = _store(services, actor.workspace_id, inbox, part_id, problems)

        def write(uow: UnitOfWork) -> Written:
            if part is None:
                return 0, 0
            if merge_repo.withdrawn(uow) != gone:
                services.event_log.drop(actor.workspace_id, [part_id])
                raise Conflict("somebody withdrew meanwhile; import the file again")
            return event_repo.add_part(uow, part, services.clock()), 0

        done = run_import(services, actor, "events", filename, content, rows, problems, write)
    return replace(done, ignored=tuple(ignored[:MOST_IGNORED]))


def put_funnel(
    services: Services,
    actor: Actor,
    *,
    name: str,
    steps: Sequence[str],
    window: timedelta,
    settle_days: int = 0,
) -> Funnel:
    """Add a funnel, or change the one of this name; its metrics are computed by the next run.

    Raises:
        InputError: the definition cannot be used, or a step was never seen.
        Conflict: a metric that people imported has the name of one the funnel would compute.
    """
    require(actor, Action.IMPORT_METRICS)
    funnel = make_funnel(
        derive_id("funnel", name),
        name=name,
        steps=[step.strip() for step in steps],
        window=window,
        settle_days=_settle_days(settle_days),
    )
    _require_events(services, actor, funnel.steps)
    with services.writing(actor.workspace_id) as uow:
        _require_free(uow, funnel)
        now, member = services.clock(), actor.member.id
        event_repo.save_funnel(uow, funnel, created_by=member, now=now)
        record_act(
            services, uow, actor, action="funnel.put", subject=("funnel", funnel.id), data={}
        )
    return funnel


def remove_funnel(services: Services, actor: Actor, name: str) -> None:
    """Forget a funnel; the daily values it gave stay.

    Raises:
        NotFound: no funnel has this name.
    """
    require(actor, Action.IMPORT_METRICS)
    with services.writing(actor.workspace_id) as uow:
        funnel = event_repo.find_funnel(uow, name)
        event_repo.remove_funnel(uow, funnel)
        record_act(
            services, uow, actor, action="funnel.remove", subject=("funnel", funnel.id), data={}
        )


def look_through(
    services: Services, actor: Actor, name: str, *, by: str | None = None
) -> list[FunnelSeen]:
    """Return how people went through a funnel, everybody or by a segment's values.

    Raises:
        NotFound: no funnel has this name.
        InputError: nobody in it has such a segment.
    """
    require(actor, Action.READ)
    with (
        services.reading(actor.workspace_id) as uow,
        asking_events(services.event_log, uow) as events,
    ):
        funnel = event_repo.find_funnel(uow, name)
        segments = {one.id: one.segments for one in people_repo.load(uow).values()}
        coverage = events.coverage(settle_days=funnel.settle_days)
        if coverage is None:
            return []
        paths = events.paths(funnel.steps, funnel.window)
    found = see_funnel(funnel, paths, segments, judged(funnel, paths, coverage), by=by)
    if by and not found:
        known = sorted({name for one in segments.values() for name in one})
        raise InputError(
            "nobody in this funnel has such a segment",
            found=by,
            expected="one of " + ", ".join(known) if known else "people with segments",
        )
    return found


def _take_text(inbox: Inbox, filename: str, text: str, lines_before: int) -> Taken:
    file = read_events(filename, text, lines_before=lines_before)
    for start in range(0, len(file.usable), BATCH):
        inbox.add(_columns(file.usable[start : start + BATCH]))
    return file.rows, file.problems, file.ignored


def _take_parquet(inbox: Inbox, filename: str, data: bytes, lines_before: int) -> Taken:
    if not data.startswith(PARQUET):
        raise InputError("no events file", file=filename, expected="CSV, JSON lines or Parquet")
    descriptor, name = tempfile.mkstemp(suffix=".parquet")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        read = inbox.read_parquet(filename, Path(name))
    finally:
        Path(name).unlink()
    problems = PieceProblems(filename, lines_before=lines_before)
    for line, message in read.problems:
        problems.add(message, line=line)
    problems.more += read.bad - len(read.problems)
    return read.rows, problems, read.ignored


def _columns(rows: Sequence[EventRow]) -> Columns:
    texts: dict[str, list[str | None]] = {
        "user_id": [row.user_id for row in rows],
        "name": [row.name for row in rows],
        "session_id": [row.session_id for row in rows],
    }
    columns = {name: np.array([*own, None], dtype=object)[:-1] for name, own in texts.items()}
    return {
        **columns,
        "ts": np.array([row.ts.replace(tzinfo=None) for row in rows], dtype="datetime64[us]"),
        "value": np.array([np.nan if row.value is None else row.value for row in rows]),
    }


def _store(
    services: Services, workspace_id: str, inbox: Inbox, part_id: str, problems: Problems
) -> tuple[Part | None, set[str]]:
    """Write the part the inbox holds; None: all of it was there. Also return who withdrew so far.

    It counts from the transaction that adds it: writing takes seconds, and nobody has to wait.
    """
    users = inbox.users()
    with services.writing(workspace_id) as uow:
        known = event_repo.list_parts(uow)
        gone = merge_repo.withdrawn(uow)
        if any(part.id == part_id for part in known):
            return None, gone
        kept = resolve_users(services, uow, users)
    left = len(users) - len(kept)
    if left:
        told = f"{left} {'person' if left == 1 else 'people'} who withdrew"
        problems.add(f"the events of {told} are left out")
    part = services.event_log.store(
        inbox,
        workspace_id,
        part_id=part_id,
        keys={user: _key(user, services.secret) for user in kept},
        known=known,
    )
    return part, gone


def _key(user_id: str, secret: bytes) -> str:
    return user_key(*stored_key(Reference(namespace="user", value=user_id), secret))


def _require_events(services: Services, actor: Actor, names: Sequence[str]) -> None:
    with (
        services.reading(actor.workspace_id) as uow,
        asking_events(services.event_log, uow) as events,
    ):
        seen = list(events.name_counts())
    unseen = [name for name in names if name not in seen]
    if unseen:
        raise InputError(
            "no such event was ever imported",
            found=", ".join(unseen),
            expected="one of " + ", ".join(seen[:20]) if seen else "events: synth events import",
        )


def _require_free(uow: UnitOfWork, funnel: Funnel) -> None:
    for step in range(1, len(funnel.steps)):
        for name in (funnel.conversion(step), funnel.time(step)):
            known = repo.find_metric(uow, name)
            if known and known.computed_from != f"funnel:{funnel.id}":
                raise Conflict(f"a metric is called {name} already: give the funnel another name")


def _settle_days(days: int) -> int:
    if not 0 <= days <= MOST_SETTLE_DAYS:
        raise InputError(
            "days until events are in", found=str(days), expected=f"0 to {MOST_SETTLE_DAYS}"
        )
    return days
