"""Counts anew, in the background, what depends on who is one person."""

from __future__ import annotations

from synth.core.ids import new_id
from synth.jobs import repo as jobs
from synth.jobs.queue import submit
from synth.jobs.types import Job, JobState
from synth.metrics import repo as metrics
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def recount(services: Services, uow: UnitOfWork, *, started_by: str) -> Job | None:
    """Start a job that finds anomalies and links anew; None: nothing is measured, or one waits.

    Themes count people whenever they are shown and need none.
    """
    waiting = [job for job in jobs.list_jobs(uow) if job.kind == "anomalies"]
    if any(job.state is JobState.QUEUED for job in waiting) or not metrics.list_metrics(uow):
        return None
    return submit(
        services, uow, kind="anomalies", arguments={"run_id": new_id()}, created_by=started_by
    )
