"""Waits for background jobs in tests."""

from __future__ import annotations

import time
from collections.abc import Sequence

from synth.jobs import repo
from synth.jobs.types import Job
from synth.services import Services


def finish_jobs(
    services: Services, workspace_id: str, job_ids: Sequence[str], *, seconds: float = 60
) -> list[Job]:
    """Return the jobs once all have ended; a worker must be running."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with services.reading(workspace_id) as uow:
            jobs = [repo.load_job(uow, job_id) for job_id in job_ids]
        if all(job.state.is_final for job in jobs):
            return jobs
        time.sleep(0.05)
    states = [(job.kind, job.step, job.state.value) for job in jobs]
    raise AssertionError(f"jobs did not end in {seconds} s: {states}")
