import time
from threading import Event

import pytest
from sqlalchemy import text

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.errors import BackendError, InputError
from synth.jobs import repo
from synth.jobs.queue import submit
from synth.jobs.types import JobState
from synth.jobs.worker import Step, working
from tests.jobs import finish_jobs


@pytest.fixture
def workspace(both_services):
    return start_workspace(both_services, "One").workspace_id


@pytest.fixture
def member(both_services, workspace):
    from synth.access.repo import load_members

    with both_services.reading(workspace) as uow:
        return next(
            member.id
            for member in load_members(uow).values()
            if MemberRole.RESEARCHER in member.roles
        )


def count_to_three(_services, _workspace, job, progress):
    for done in (1, 2, 3):
        progress(done, 3)
    return {"seen": job.arguments["source_id"]}


def run(services, workspace, member, steps, **arguments):
    with services.writing(workspace) as uow:
        job = submit(services, uow, kind="count", arguments=arguments, created_by=member)
    with working(services, {"count": steps}):
        return finish_jobs(services, workspace, [job.id])[0]


def test_a_job_runs_every_step_and_reports_its_progress(both_services, workspace, member):
    steps = (Step("one", count_to_three), Step("two", lambda *_: {"two": 2}))
    job = run(both_services, workspace, member, steps, source_id="s1")
    assert job.state is JobState.DONE
    assert job.result == {"seen": "s1", "two": 2}
    assert job.step == "two"
    assert job.started_at <= job.finished_at


def test_a_job_added_in_a_rolled_back_unit_of_work_never_runs(both_services, workspace, member):
    ran = []

    def add_then_fail():
        with both_services.writing(workspace) as uow:
            submit(both_services, uow, kind="count", arguments={}, created_by=member)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_then_fail()
    steps = (Step("one", lambda *_: ran.append(1) or {}),)
    run(both_services, workspace, member, steps)
    with both_services.reading(workspace) as uow:
        assert len(repo.list_jobs(uow)) == 1
    assert ran == [1]


def test_an_error_of_ours_ends_the_job_with_its_own_words(services):
    workspace = start_workspace(services, "One").workspace_id
    member = any_member(services, workspace)

    def refuse(*_):
        raise InputError("no text", file="a.csv", line=3)

    job = run(services, workspace, member, (Step("one", refuse), Step("two", count_to_three)))
    assert (job.state, job.error) == (JobState.FAILED, "a.csv:3: no text")
    assert job.step == "one"


def test_an_unexpected_error_ends_the_job_without_its_details(services, caplog):
    workspace = start_workspace(services, "One").workspace_id
    member = any_member(services, workspace)

    def fail(*_):
        raise KeyError("a secret")

    job = run(services, workspace, member, (Step("one", fail),))
    assert job.state is JobState.FAILED
    assert job.error == "one failed unexpectedly (KeyError); see the log"


def test_a_step_is_tried_again_when_something_outside_fails(services):
    workspace = start_workspace(services, "One").workspace_id
    member = any_member(services, workspace)
    calls = []

    def fail_once(*_):
        calls.append(time.monotonic())
        if len(calls) == 1:
            raise BackendError("the model did not answer")
        return {"calls": len(calls)}

    job = run(services, workspace, member, (Step("one", fail_once),))
    assert (job.state, job.result) == (JobState.DONE, {"calls": 2})


def test_a_stopping_worker_finishes_the_job_in_hand_and_takes_no_other(
    both_services, workspace, member
):
    started = Event()

    def take_a_while(*_):
        started.set()
        time.sleep(1)
        return {}

    with both_services.writing(workspace) as uow:
        first, second = (
            submit(both_services, uow, kind="count", arguments={}, created_by=member)
            for _ in range(2)
        )
    with working(both_services, {"count": (Step("one", take_a_while),)}):
        assert started.wait(timeout=60)
    with both_services.reading(workspace) as uow:
        states = {repo.load_job(uow, job.id).state for job in (first, second)}
    assert states == {JobState.DONE, JobState.QUEUED}


def test_rows_of_the_engine_are_json_and_hold_ids_only(both_services, workspace, member):
    steps = (Step("one", count_to_three),)
    run(both_services, workspace, member, steps, source_id="s1")
    postgres = both_services.engine.dialect.name == "postgresql"
    schema = "dbos." if postgres else ""
    with both_services.engine.connect() as connection:
        rows = connection.execute(
            text(f"SELECT serialization, application_version FROM {schema}workflow_status")
        ).all()
    assert {tuple(row) for row in rows} == {("portable_json", "1")}


def any_member(services, workspace):
    from synth.access.repo import load_members

    with services.reading(workspace) as uow:
        return next(iter(load_members(uow)))
