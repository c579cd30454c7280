"""SQL of jobs and effects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from synth.errors import NotFound
from synth.jobs.types import Job, JobState
from synth.store.tables.jobs import effects, jobs
from synth.store.unit_of_work import UnitOfWork


def add_job(uow: UnitOfWork, job: Job) -> None:
    """Store a new job."""
    row = {name: getattr(job, name) for name in Job.__dataclass_fields__}
    uow.insert(jobs, [row])


def load_job(uow: UnitOfWork, job_id: str) -> Job:
    """Return a job; raises NotFound."""
    row = uow.row(select(jobs).where(jobs.c.workspace_id == uow.workspace_id, jobs.c.id == job_id))
    if row is None:
        raise NotFound(f"no job {job_id} in this workspace")
    return _job(row)


def list_jobs(uow: UnitOfWork, *, limit: int = 50) -> list[Job]:
    """Return the newest jobs first."""
    statement = (
        select(jobs)
        .where(jobs.c.workspace_id == uow.workspace_id)
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        .limit(limit)
    )
    return [_job(row) for row in uow.rows(statement)]


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


def _job(row: RowMapping) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    return Job(**{**values, "state": JobState(row["state"])})
