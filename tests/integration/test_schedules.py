"""Recurring work on both databases: one job per due moment, and what it writes down, once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import MACHINE
from synth.doctor.checks import check_schedules
from synth.hypotheses.repo import load_hypothesis
from synth.insights import actions as insights
from synth.insights.repo import list_insights
from synth.insights.types import Choice
from synth.investigations.actions import open_investigation
from synth.jobs import repo
from synth.jobs.queue import submit
from synth.jobs.schedules import SCHEDULES, Schedule, job_id_for, start_due, tick
from synth.jobs.types import JobState
from synth.pipeline import PIPELINES, work, workplaces
from synth.review.actions import approve
from synth.review.claiming import set_deadline
from tests.factories import add_actor
from tests.jobs import finish_jobs
from tests.reference_case import DAY0, Clock, on_clock, store_case

HOURLY, DAILY = SCHEDULES


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def moved(both_services, clock):
    """Services whose workspace begins on day 0 of the case."""
    return on_clock(both_services, clock)


@pytest.fixture
def workspace(moved):
    return start_workspace(moved, "Rhythm").workspace_id


@pytest.fixture
def place(moved, workspace):
    [found] = workplaces(moved)
    assert found.workspace_id == workspace
    return found


@given(
    every=st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=7)]),
    at=st.timedeltas(timedelta(0), timedelta(hours=23)),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_due_moment_is_the_last_of_its_raster(every, at, now):
    schedule = Schedule(kind="k", what="w", every=every, at=at)
    due = schedule.due_at(now)
    assert due <= now < due + every
    assert schedule.due_at(due) == due
    assert schedule.due_at(due - timedelta(microseconds=1)) == due - every


def test_every_schedule_names_a_pipeline():
    assert {one.kind for one in SCHEDULES} <= set(PIPELINES)


def test_many_workers_at_once_start_one_job_per_due_moment(moved, place):
    due = HOURLY.due_at(DAY0) + timedelta(hours=1)

    def start(_):
        return start_due(moved, place, HOURLY, due)

    with ThreadPoolExecutor(8) as workers:
        assert sum(workers.map(start, range(24))) == 1
    with moved.reading(place.workspace_id) as uow:
        [job] = repo.list_jobs(uow)
    assert job.id == job_id_for(HOURLY, place.workspace_id, due)
    assert job.created_by == place.on_behalf


def test_what_was_missed_is_made_up_for_by_one_job_and_nothing_is_due_before_the_start(
    moved, workspace, clock
):
    started = {}

    def ticked():
        return tick(moved, SCHEDULES, lambda: workplaces(moved), started)

    assert ticked() == 0, "nothing was due since the workspace exists"
    clock.now = DAY0 + timedelta(days=3)
    assert ticked() == 2
    assert ticked() == 0
    clock.now += timedelta(hours=1)
    assert ticked() == 1
    started.clear()
    assert ticked() == 0, "another process finds the jobs that are there"


def test_done_jobs_go_after_their_days_and_failed_ones_stay(moved, place, clock):
    def start(day, state=None):
        clock.day(day)
        assert start_due(moved, place, HOURLY, HOURLY.due_at(clock.now))
        job_id = job_id_for(HOURLY, place.workspace_id, HOURLY.due_at(clock.now))
        with moved.writing(place.workspace_id) as uow:
            repo.record_effect(uow, key=job_id, job_id=job_id, step="s", result={}, at=clock())
            if state:
                repo.change_job(uow, job_id, state=state, finished_at=clock())
        return job_id

    gone = start(1, JobState.DONE)
    kept = [start(2, JobState.FAILED), start(10, JobState.DONE), start(32)]
    with moved.reading(place.workspace_id) as uow:
        assert {job.id for job in repo.list_jobs(uow)} == set(kept)
        assert [repo.find_effect(uow, one) is None for one in (gone, *kept)] == [True, *[False] * 3]
    schema = "dbos." if moved.engine.dialect.name == "postgresql" else ""
    with moved.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT workflow_uuid FROM {schema}workflow_status"))
        assert {row[0] for row in rows} == set(kept)


def overdue(services, workspace):
    with services.reading(workspace) as uow:
        events = [one for one in audit.events(uow) if one.action.endswith(".overdue")]
    assert {one.actor_id for one in events} <= {MACHINE}
    return [one.action.partition(".")[0] for one in events]


def run_due(services, clock):
    """Do what is due as a worker does, in its place."""
    for found in workplaces(services):
        due = HOURLY.due_at(clock.now)
        assert start_due(services, found, HOURLY, due)
        with services.reading(found.workspace_id) as uow:
            job = repo.load_job(uow, job_id_for(HOURLY, found.workspace_id, due))
        for step in PIPELINES[job.kind]:
            step.run(services, found.workspace_id, job, lambda done, total: None)


def test_each_passed_deadline_is_written_down_once_until_it_is_moved(moved, workspace, clock):
    researcher = add_actor(moved, workspace, MemberRole.RESEARCHER)
    reviewer = add_actor(moved, workspace, MemberRole.REVIEWER)
    pm = add_actor(moved, workspace, MemberRole.PM)
    with moved.writing(workspace) as uow:
        case = store_case(uow, researcher)
    set_deadline(moved, pm, case.draft_id, DAY0 + timedelta(days=1))
    open_investigation(moved, pm, case.anomaly_id)
    clock.day(2)
    run_due(moved, clock)
    assert overdue(moved, workspace) == ["hypothesis"]
    clock.day(3)
    run_due(moved, clock)
    assert overdue(moved, workspace) == ["hypothesis"]
    set_deadline(moved, pm, case.draft_id, DAY0 + timedelta(days=4))
    with moved.reading(workspace) as uow:
        seen = load_hypothesis(uow, case.draft_id).etag
    approve(moved, reviewer, case.draft_id, seen=seen, ticked=range(9))
    clock.day(15)
    run_due(moved, clock)
    assert overdue(moved, workspace) == ["hypothesis", "investigation"], "a decided draft is not"
    clock.day(19)
    run_due(moved, clock)
    assert overdue(moved, workspace)[2:] == ["insight"], "nobody decided for two weeks"
    with moved.reading(workspace) as uow:
        [insight] = list_insights(uow)
    until = (DAY0 + timedelta(days=25)).date()
    insights.decide(moved, pm, insight.id, Choice.BUILD, deadline=until)
    for day, count in ((25, 1), (26, 2), (27, 2)):
        clock.day(day)
        run_due(moved, clock)
        assert overdue(moved, workspace)[2:].count("insight") == count, day


def test_the_worker_does_what_is_due_and_says_so(both_services, clock):
    clock.now = datetime.now(UTC) - timedelta(days=2)
    workspace = start_workspace(on_clock(both_services, clock), "Rhythm").workspace_id
    recurring = both_services.settings.model_copy(update={"schedules": True})
    services = replace(both_services, settings=recurring)
    ids = [job_id_for(one, workspace, one.due_at(services.clock())) for one in SCHEDULES]
    with work(services):
        wait_for(services, workspace, ids)
        jobs = finish_jobs(services, workspace, ids)
    assert [job.state for job in jobs] == [JobState.DONE] * 2
    assert jobs[0].result == {"late_investigations": 0, "late_insights": 0, "late_reviews": 0}
    assert check_schedules(services, workspace).problems == ()


def wait_for(services, workspace, ids):
    for _ in range(200):
        with services.reading(workspace) as uow:
            if all(repo.find_job(uow, job_id) for job_id in ids):
                return
        time.sleep(0.05)
    raise AssertionError("nothing was started")


def test_the_doctor_tells_of_work_that_failed_hangs_or_was_left_out(moved, place, clock):
    workspace = place.workspace_id
    recurring = replace(moved, settings=moved.settings.model_copy(update={"schedules": True}))
    clock.day(1)
    due = HOURLY.due_at(clock.now)
    start_due(moved, place, HOURLY, due)

    def problems():
        return check_schedules(recurring, workspace).problems

    def change(**values):
        with moved.writing(workspace) as uow:
            repo.change_job(uow, job_id_for(HOURLY, workspace, due), **values)

    assert problems() == ()
    clock.day(2)
    assert [one for one in problems() if "never ended" in one]
    change(state=JobState.FAILED, error="no disk")
    assert problems() == ("deadlines: the last run failed: no disk",)
    other = start_other(moved, workspace, place, clock)
    assert "though other jobs ran" in problems()[-1], other


def start_other(services, workspace, place, clock):
    with services.writing(workspace) as uow:
        job = submit(services, uow, kind="reindex", arguments={}, created_by=place.on_behalf)
        repo.change_job(uow, job.id, state=JobState.DONE, finished_at=clock.now)
    return job
