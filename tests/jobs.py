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
    deadline, ended = time.monotonic() + seconds, list[Job]()
    while time.monotonic() < deadline:
        with services.reading(workspace_id) as uow:
            for job_id in job_ids[len(ended) :]:
                job = repo.load_job(uow, job_id)
                if not job.state.is_final:
                    break
                ended.append(job)
            else:
                return ended
        time.sleep(0.05)
    open_job = (job.kind, job.step, job.state.value)
    raise AssertionError(f"a job did not end in {seconds} s: {open_job}")
