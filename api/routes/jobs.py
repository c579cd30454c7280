"""Jobs and their progress, once or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import Header
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import LARGEST_LIST, PagingOf
from api.schemas.base import Page
from api.schemas.jobs import JobShown, ScheduleShown
from synth.jobs import repo
from synth.jobs.schedules import list_punctuality
from synth.jobs.types import Job

router = guarded_router("jobs")

#: Seconds between two looks at a job that somebody follows.
POLL_SECONDS = 0.3


@router.get("/v1/jobs")
def list_jobs(context: ContextOf, paging: PagingOf) -> Page[JobShown]:
    """List the newest jobs first."""
    with context.reading() as uow:
        jobs = repo.list_jobs(uow, limit=LARGEST_LIST)
    return paging.cut([JobShown.model_validate(job) for job in jobs], lambda job: job.id)


@router.get("/v1/schedules")
def list_schedules(context: ContextOf, paging: PagingOf) -> Page[ScheduleShown]:
    """List the work that comes back by itself: when last, with what result, and when next."""
    with context.reading() as uow:
        found = list_punctuality(uow, context.services.clock())
    return paging.cut([ScheduleShown.of(each) for each in found], lambda each: each.kind)


@router.get("/v1/jobs/{job_id}")
def show_job(job_id: str, context: ContextOf) -> JobShown:
    """Say where a job stands."""
    return JobShown.model_validate(_load(context, job_id))


@router.get("/v1/jobs/{job_id}/events", response_class=EventSourceResponse)
async def follow_job(
    job_id: str,
    context: ContextOf,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> EventSourceResponse:
    """Stream `progress` events until one `done` or `failed`; send Last-Event-ID to go on."""
    job = await run_in_threadpool(_load, context, job_id)
    return EventSourceResponse(job_events(context, job, last_event_id), ping=15)


async def job_events(
    context: Context, job: Job, last_id: str | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield what changes about `job` until it has ended; what `last_id` named is not repeated."""
    while True:
        event = _event(job)
        if event.id != last_id or job.state.is_final:
            yield event
        if job.state.is_final:
            return
        last_id = event.id
        await anyio.sleep(POLL_SECONDS)
        job = await run_in_threadpool(_load, context, job.id)


def _event(job: Job) -> ServerSentEvent:
    # The id is what the event says, so that any process can go on after any other.
    return ServerSentEvent(
        json.dumps(JobShown.model_validate(job).model_dump(mode="json"), ensure_ascii=False),
        id=f"{job.state}.{job.step or ''}.{job.done}.{job.total}",
        event=str(job.state) if job.state.is_final else "progress",
    )


def _load(context: Context, job_id: str) -> Job:
    with context.reading() as uow:
        return repo.load_job(uow, job_id)
