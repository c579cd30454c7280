"""Jobs in: a row people can follow and a durable workflow, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from synth.core.ids import new_id
from synth.jobs import repo
from synth.jobs.types import Job, JobState
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from dbos import DBOSClient
    from sqlalchemy import Engine


def submit(
    services: Services,
    uow: UnitOfWork,
    *,
    kind: str,
    arguments: Mapping[str, Any],
    created_by: str,
    job_id: str | None = None,
) -> Job:
    """Add a job that starts after `uow` commits, and never if it rolls back.

    `kind` names a row of `synth.pipeline`; `arguments` are ids and numbers only. A `job_id` is
    given by who must not add the same job twice: a repeated one raises.
    """
    from synth.jobs.engine import APPLICATION_VERSION, QUEUE, WORKFLOW  # slow to import

    job = Job(
        id=job_id or new_id(),
        kind=kind,
        arguments=dict(arguments),
        state=JobState.QUEUED,
        step=None,
        done=0,
        total=0,
        result=None,
        error=None,
        created_by=created_by,
        created_at=services.clock(),
        started_at=None,
        finished_at=None,
    )
    repo.add_job(uow, job)
    _client(services.engine).enqueue_in_transaction(
        uow.connection,
        {
            "queue_name": QUEUE,
            "workflow_name": WORKFLOW,
            "workflow_id": job.id,
            "app_version": APPLICATION_VERSION,
        },
        uow.workspace_id,
        job.id,
    )
    return job


@lru_cache(maxsize=8)
def _client(engine: Engine) -> DBOSClient:
    from synth.jobs.engine import open_client  # slow to import

    return open_client(engine)
