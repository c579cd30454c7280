"""Jobs out: runs the steps of each job durably, from where the last process stopped."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from dbos import DBOS, DBOSConfig, WorkflowStatus

from synth.core.fingerprints import fingerprint, sha256_bytes
from synth.errors import BackendError, SynthError
from synth.jobs import repo
from synth.jobs.engine import (
    APPLICATION,
    APPLICATION_VERSION,
    QUEUE,
    WORKFLOW,
    engine_url,
    own_client,
    serializer,
)
from synth.jobs.faults import fault_point
from synth.jobs.types import Job, JobState, Progress
from synth.services import Services

log = logging.getLogger(__name__)

#: Seconds between two writes of a step's progress.
PROGRESS_INTERVAL = 0.5

#: How often a step is tried when something outside fails.
BACKEND_ATTEMPTS = 3

#: How often a job that killed its process is taken up again before it is given up.
RECOVERY_ATTEMPTS = 5

GIVEN_UP = (
    f"the process died {RECOVERY_ATTEMPTS + 1} times during this job; "
    "look for its cause (memory, disk) in the log, then start the work again"
)

#: Seconds a stopping worker waits for the job in hand.
DRAIN_SECONDS = 20

#: Seconds between two looks for a job.
POLLING_SECONDS = 0.1

StepFunction = Callable[[Services, str, Job, Progress], Mapping[str, Any]]


@dataclass(frozen=True)
class Step:
    """One durable step; `run` may be called again after a crash and must not mind."""

    name: str
    run: StepFunction  #: (services, workspace id, job, progress) -> counts


Pipelines = Mapping[str, Sequence[Step]]


@dataclass(frozen=True)
class Runtime:
    """What the one workflow function needs; a process runs one worker at a time."""

    services: Services
    pipelines: Pipelines


_runtime: list[Runtime] = []


@contextmanager
def working(services: Services, pipelines: Pipelines) -> Iterator[None]:
    """Run jobs in this process until the block ends; the job in hand is finished first."""
    node = sha256_bytes(services.secret)[:12]
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=engine_url(services.engine),
        serializer=serializer(),
        application_version=APPLICATION_VERSION,
        executor_id=f"{node}:{uuid.uuid4()}",
        log_level="ERROR",
        enable_otlp=False,
        notification_listener_polling_interval_sec=POLLING_SECONDS,  # stopping waits for it
    )
    _runtime.append(Runtime(services, pipelines))
    engine = DBOS(config=config)
    try:
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RECOVERY_ATTEMPTS)(run_job)
        _register_queue(services)
        DBOS.launch()
        _take_over(services, node)
        yield
    finally:
        _finish_in_hand(engine)
        DBOS.destroy(workflow_completion_timeout_sec=0)
        _runtime.clear()


def _register_queue(services: Services) -> None:
    """Make the queue known before the engine looks for queues, which it does once a second."""
    with own_client(services.engine) as client:
        client.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLLING_SECONDS)


def _finish_in_hand(engine: DBOS) -> None:
    """Take no more jobs and wait for the one in hand; the engine's own wait takes a second more."""
    for stop in engine.background_thread_stop_events:
        stop.set()
    time.sleep(3 * POLLING_SECONDS)  # a job that was being taken is in hand now
    deadline = time.monotonic() + DRAIN_SECONDS
    while engine._active_workflows_set.activeList() and time.monotonic() < deadline:
        time.sleep(POLLING_SECONDS)


def _take_over(services: Services, node: str) -> None:
    """Put back in the queue what earlier processes of this data folder left unfinished.

    Whoever holds the folder's lock knows that they are dead. A job that was being worked on when
    its process died, again and again, is given up: it would go on killing.
    """
    left = [
        status
        for status in DBOS.list_workflows(status="PENDING", name=WORKFLOW)
        if (status.executor_id or "").startswith(f"{node}:")
        and status.executor_id != DBOS.executor_id
    ]
    for status in left:
        if (status.recovery_attempts or 0) > RECOVERY_ATTEMPTS:
            DBOS.cancel_workflow(status.workflow_id)
            _finish(services, *_arguments(status), error=GIVEN_UP)
    owners = {status.executor_id for status in left if status.executor_id}
    DBOS._recover_pending_workflows(sorted(owners))


def _arguments(status: WorkflowStatus) -> tuple[str, str]:
    """Return the workspace and the job that a workflow was started with."""
    given = cast("Mapping[str, Any]", status.input)
    workspace_id, job_id = given["args"]
    return workspace_id, job_id


def run_job(workspace_id: str, job_id: str) -> None:
    """Run every step of a job in order; the engine skips those already checkpointed."""
    runtime = _runtime[-1]
    services = runtime.services
    with services.reading(workspace_id) as uow:
        job = repo.load_job(uow, job_id)
    results: dict[str, Any] = {}
    for step in runtime.pipelines[job.kind]:
        outcome = DBOS.run_step({"name": step.name}, _run_step, workspace_id, job_id, step.name)
        fault_point(services.settings, f"{job.kind}.{step.name}.between")
        if "error" in outcome:
            _finish(services, workspace_id, job_id, error=str(outcome["error"]))
            return
        results.update(outcome)
    _finish(services, workspace_id, job_id, result=results)


def _run_step(workspace_id: str, job_id: str, step_name: str) -> dict[str, Any]:
    """Run one step unless its effect is recorded; an error becomes a result, not a retry."""
    runtime = _runtime[-1]
    with runtime.services.reading(workspace_id) as uow:
        job = repo.load_job(uow, job_id)
    step = next(step for step in runtime.pipelines[job.kind] if step.name == step_name)
    effect_key = fingerprint([workspace_id, job_id, step.name, dict(job.arguments)])
    known = _begin(runtime.services, workspace_id, job, step, effect_key)
    if known is not None:
        return dict(known)
    try:
        return _perform(runtime.services, workspace_id, job, step, effect_key)
    except SynthError as error:
        return {"error": error.message}
    except Exception as error:
        log.exception("job %s failed in step %s", job_id, step.name)
        return {"error": f"{step.name} failed unexpectedly ({type(error).__name__}); see the log"}


def _begin(
    services: Services, workspace_id: str, job: Job, step: Step, effect_key: str
) -> Mapping[str, Any] | None:
    """Show the step as running; return its result if it took effect before a crash."""
    with services.writing(workspace_id) as uow:
        repo.change_job(
            uow,
            job.id,
            state=JobState.RUNNING,
            step=step.name,
            done=0,
            total=0,
            started_at=job.started_at or services.clock(),
        )
        return repo.find_effect(uow, effect_key)


def _perform(
    services: Services, workspace_id: str, job: Job, step: Step, effect_key: str
) -> dict[str, Any]:
    """Run the step and record its effect."""
    fault_point(services.settings, f"{job.kind}.{step.name}.before")
    result = dict(_try_step(services, workspace_id, job, step))
    fault_point(services.settings, f"{job.kind}.{step.name}.after")
    with services.writing(workspace_id) as uow:
        repo.record_effect(
            uow, key=effect_key, job_id=job.id, step=step.name, result=result, at=services.clock()
        )
    return result


def _try_step(services: Services, workspace_id: str, job: Job, step: Step) -> Mapping[str, Any]:
    for attempt in range(1, BACKEND_ATTEMPTS + 1):
        try:
            progress = _progress(services, workspace_id, job.id)
            return step.run(services, workspace_id, job, progress)
        except BackendError:
            if attempt == BACKEND_ATTEMPTS:
                raise
            time.sleep(2.0 ** (attempt - 1))
    raise AssertionError("unreachable")


def _progress(services: Services, workspace_id: str, job_id: str) -> Progress:
    """Return a reporter that writes at most twice a second, and always the last value."""
    last = [0.0]

    def report(done: int, total: int) -> None:
        if done < total and time.monotonic() - last[0] < PROGRESS_INTERVAL:
            return
        last[0] = time.monotonic()
        with services.writing(workspace_id) as uow:
            repo.change_job(uow, job_id, done=done, total=total)

    return report


def _finish(
    services: Services,
    workspace_id: str,
    job_id: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> None:
    with services.writing(workspace_id) as uow:
        repo.change_job(
            uow,
            job_id,
            state=JobState.FAILED if error else JobState.DONE,
            result=result,
            error=error,
            finished_at=services.clock(),
        )
