"""Recurring work: which moment is due, one job for it at most, and the thread that looks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from synth.core.ids import derive_id
from synth.jobs import repo
from synth.jobs.faults import fault_point
from synth.jobs.pruning import prune
from synth.jobs.queue import submit
from synth.jobs.types import Job
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

#: Seconds between two looks at what is due.
TICK_SECONDS = 20.0

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Work that comes back: one job of `kind` for each due moment in each workspace."""

    kind: str  #: a row of `synth.pipeline`
    what: str  #: for people, as a sentence without its end
    every: timedelta
    at: timedelta = timedelta(0)  #: after midnight UTC

    def due_at(self, now: datetime) -> datetime:
        """Return the last due moment, `now` at the latest."""
        return EPOCH + self.at + (now - EPOCH - self.at) // self.every * self.every


SCHEDULES = (
    Schedule(
        kind="deadlines",
        what="writes down which decisions and reviews are late",
        every=timedelta(hours=1),
    ),
    Schedule(
        kind="check_ins",
        what="opens what triggers ask for, and check-ins with accounts whose health fell",
        every=timedelta(days=1),
        at=timedelta(hours=4),
    ),
)
RECURRING = tuple(one.kind for one in SCHEDULES)


@dataclass(frozen=True, kw_only=True)
class Punctuality:
    """How far a schedule is in one workspace."""

    schedule: Schedule
    last: Job | None  #: of the newest moment that had a job
    next_at: datetime
    is_behind: bool  #: a whole moment passed without a job: no worker runs

    @property
    def last_due_at(self) -> datetime | None:
        """Return the moment that the last job was for."""
        return datetime.fromisoformat(self.last.arguments["due_at"]) if self.last else None


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """A workspace as schedules see it."""

    workspace_id: str
    since: datetime  #: nothing was due before it existed
    on_behalf: str  #: member whom the jobs belong to


Workplaces = Callable[[], Iterable[Workplace]]


def job_id_for(schedule: Schedule, workspace_id: str, due_at: datetime) -> str:
    """Return the id of the job of a due moment: the same in every process."""
    return derive_id("schedule", schedule.kind, workspace_id, due_at.isoformat())


def start_due(services: Services, place: Workplace, schedule: Schedule, due_at: datetime) -> bool:
    """Add the job of a due moment unless it has one; return whether this call added it.

    What was missed before `due_at`, while no worker ran, is made up for by this one job. Jobs of
    the kind that were done long ago go then.
    """
    job_id = job_id_for(schedule, place.workspace_id, due_at)
    if due_at <= place.since:
        return False
    with services.writing(place.workspace_id) as uow:
        repo.lock_workspace(uow)
        if repo.find_job(uow, job_id) is not None:
            return False
        arguments = {"due_at": due_at.isoformat()}
        by = place.on_behalf
        submit(services, uow, kind=schedule.kind, arguments=arguments, created_by=by, job_id=job_id)
        fault_point(services.settings, f"{schedule.kind}.due")
    prune(services, place.workspace_id, schedule.kind)
    return True


def list_punctuality(uow: UnitOfWork, now: datetime) -> list[Punctuality]:
    """Return how far each schedule is."""
    return [_punctuality(one, repo.newest_of(uow, one.kind), now) for one in SCHEDULES]


def _punctuality(schedule: Schedule, last: Job | None, now: datetime) -> Punctuality:
    due = schedule.due_at(now)
    found = Punctuality(schedule=schedule, last=last, next_at=due + schedule.every, is_behind=False)
    behind = found.last_due_at is not None and found.last_due_at < due - schedule.every
    return replace(found, is_behind=behind)


@contextmanager
def ticking(
    services: Services, schedules: Sequence[Schedule], workplaces: Workplaces
) -> Iterator[None]:
    """Start what is due, now and as time goes on, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_tick_until, args=(stop, services, schedules, workplaces), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _tick_until(
    stop: threading.Event,
    services: Services,
    schedules: Sequence[Schedule],
    workplaces: Workplaces,
) -> None:
    started: dict[str, datetime] = {}
    while True:
        try:
            tick(services, schedules, workplaces, started)
        except Exception:
            log.exception("recurring work could not be started; it is tried again")
        if stop.wait(TICK_SECONDS):
            return


def tick(
    services: Services,
    schedules: Sequence[Schedule],
    workplaces: Workplaces,
    started: dict[str, datetime],
) -> int:
    """Start what is due in every workspace and return how many jobs that were.

    `started` holds, by kind, the moment that was looked at last: the database is asked only when
    another one is due.
    """
    now = services.clock()
    due = {one.kind: (one, one.due_at(now)) for one in schedules}
    new = {kind: found for kind, found in due.items() if started.get(kind) != found[1]}
    if not new:
        return 0
    count = sum(
        start_due(services, place, schedule, moment)
        for place in workplaces()
        for schedule, moment in new.values()
    )
    started.update({kind: moment for kind, (_, moment) in new.items()})
    return count
