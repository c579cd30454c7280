"""`202 Accepted`: long work has begun, and where to follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from api.deps import Context
from api.schemas.jobs import JobShown
from synth.jobs.queue import submit
from synth.jobs.types import Job


def accept(response: Response, job: Job) -> JobShown:
    """Let `response` say where `job` can be followed; return the job."""
    response.status_code = 202
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    response.headers["Retry-After"] = "1"
    return JobShown.model_validate(job)


def begin(
    context: Context, response: Response, kind: str, arguments: Mapping[str, Any]
) -> JobShown:
    """Submit a job in a transaction of its own and accept it."""
    with context.writing() as uow:
        job = submit(
            context.services,
            uow,
            kind=kind,
            arguments=arguments,
            created_by=context.actor.member.id,
        )
    return accept(response, job)
