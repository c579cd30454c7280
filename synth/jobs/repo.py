"""SQL of jobs and effects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, select, update

from synth.errors import NotFound
from synth.jobs.types import Job, JobState
from synth.store.tables.access import workspaces
from synth.store.tables.jobs import effects, jobs
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def add_job(uow: UnitOfWork, job: Job) -> None:
    """Store a new job."""
    row = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    uow.insert(jobs, [row])


def load_job(uow: UnitOfWork, job_id: str) -> Job:
    """Return a job; raises NotFound."""
    found = find_job(uow, job_id)
    if found is None:
        raise NotFound(f"no job {job_id} in this workspace")
    return found


def find_job(uow: UnitOfWork, job_id: str) -> Job | None:
    """Return a job, or None."""
    row = uow.row(select(jobs).where(jobs.c.workspace_id == uow.workspace_id, jobs.c.id == job_id))
    return _job(row) if row else None


def list_jobs(
    uow: UnitOfWork, *, limit: int = 50, without_kinds: Collection[str] = ()
) -> list[Job]:
    """Return the newest jobs first, those of some kinds left out."""
    statement = _newest(uow).where(jobs.c.kind.not_in(without_kinds)).limit(limit)
    return [_job(row) for row in uow.rows(statement)]


def newest_of(uow: UnitOfWork, kind: str) -> Job | None:
    """Return the newest job of a kind, or None."""
    row = uow.row(_newest(uow).where(jobs.c.kind == kind).limit(1))
    return _job(row) if row else None


def done_before(uow: UnitOfWork, kind: str, before: datetime) -> list[str]:
    """Return the oldest jobs of a kind that ended well before a time, BATCH_ROWS at most."""
    ended = (jobs.c.state == JobState.DONE, jobs.c.finished_at < before)
    statement = (
        select(jobs.c.id)
        .where(jobs.c.workspace_id == uow.workspace_id, jobs.c.kind == kind, *ended)
        .order_by(jobs.c.finished_at, jobs.c.id)
        .limit(BATCH_ROWS)
    )
    return [row["id"] for row in uow.rows(statement)]


def remove_jobs(uow: UnitOfWork, ids: Sequence[str]) -> None:
    """Remove jobs with their effects; BATCH_ROWS at most."""
    for table, column in ((effects, effects.c.job_id), (jobs, jobs.c.id)):
        own = table.c.workspace_id == uow.workspace_id
        uow.execute(delete(table).where(own, column.in_(ids)))


def lock_workspace(uow: UnitOfWork) -> None:
    """Let one writer of the workspace at a time go on."""
    row = select(workspaces).where(workspaces.c.id == uow.workspace_id)
    uow.row(row.with_for_update(key_share=True))


def change_job(uow: UnitOfWork, job_id: str, **values: Any) -> None:
    """Set columns of a job that has not ended; an ended job never changes again."""
    final = [state for state in JobState if state.is_final]
    uow.execute(
        update(jobs)
        .where(
            jobs.c.workspace_id == uow.workspace_id,
            jobs.c.id == job_id,
            jobs.c.state.not_in(final),
        )
        .values(**values)
    )


def find_effect(uow: UnitOfWork, key: str) -> Mapping[str, Any] | None:
    """Return the result recorded under an effect key, or None."""
    row = uow.row(
        select(effects.c.result).where(
            effects.c.workspace_id == uow.workspace_id, effects.c.key == key
        )
    )
    return row["result"] if row else None


def record_effect(
    uow: UnitOfWork,
    *,
    key: str,
    job_id: str,
    step: str,
    result: Mapping[str, Any],
    at: datetime,
) -> None:
    """Record that a step took effect; the first record stays."""
    row = {"key": key, "job_id": job_id, "step": step, "result": dict(result), "at": at}
    uow.insert_missing(effects, [row])


def _newest(uow: UnitOfWork) -> Select[Any]:
    return (
        select(jobs)
        .where(jobs.c.workspace_id == uow.workspace_id)
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
    )


def _job(row: RowMapping) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    return Job(**{**values, "state": JobState(row["state"])})
