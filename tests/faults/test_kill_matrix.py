"""Power cuts: the worker is killed at each step of an ingest, then started again."""

import signal

import pytest
from sqlalchemy import func, select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.doctor.checks import examine
from synth.jobs.queue import submit
from synth.jobs.repo import list_jobs, load_job
from synth.jobs.types import JobState
from synth.jobs.worker import RECOVERY_ATTEMPTS
from synth.pipeline import PIPELINES
from synth.sources.actions import upload
from synth.sources.types import ReadOptions
from synth.store.tables.jobs import effects
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, turns
from synth.themes import repo as themes

PHASES = ("before", "after", "between")
POINTS = [f"ingest.{step.name}.{phase}" for step in PIPELINES["ingest"] for phase in PHASES]

TRANSCRIPT = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
Interviewer: What were you doing just before this screen?

2
00:00:04.000 --> 00:00:09.000
Person {number}: I opened the import page for case {number} and waited for the table to load.

3
00:00:09.000 --> 00:00:15.000
Person {number}: Nothing came up, so I wrote to {number}@example.org and gave up on it.
"""


def count(uow, table):
    return uow.scalar(
        select(func.count()).select_from(table).where(table.c.workspace_id == uow.workspace_id)
    )


def send(services, researcher, number):
    data = TRANSCRIPT.format(number=number).encode()
    return upload(
        services, researcher, filename=f"talk{number}.vtt", data=data, options=ReadOptions()
    )


@pytest.fixture
def researcher(both_services):
    started = start_workspace(both_services, "Kill")
    return authenticate(both_services, started.keys[MemberRole.RESEARCHER])


@pytest.mark.timeout(600)
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(
    both_services, researcher, run_worker
):
    services, workspace = both_services, researcher.workspace_id
    for number, point in enumerate(POINTS, start=1):
        send(services, researcher, number)
        assert run_worker(point) == -signal.SIGKILL, point
        assert run_worker() == 0, point

    with services.reading(workspace) as uow:
        jobs = list_jobs(uow, limit=1000)
        counts = {table.name: count(uow, table) for table in (documents, turns, chunks, effects)}
    assert [job.state for job in jobs] == [JobState.DONE] * len(POINTS)
    assert counts == {
        "documents": len(POINTS),
        "turns": 2 * len(POINTS),
        "chunks": 2 * len(POINTS),
        "effects": len(PIPELINES["ingest"]) * len(POINTS),
    }
    assert [finding.line for finding in examine(services) if finding.problems] == []


def test_a_job_that_kills_every_process_is_given_up_and_others_go_on(
    both_services, researcher, run_worker
):
    services, workspace = both_services, researcher.workspace_id
    deadly = send(services, researcher, 1)
    deaths = 0
    while run_worker("ingest.read.before") == -signal.SIGKILL:
        deaths += 1
        assert deaths < 20
    harmless = send(services, researcher, 2)
    assert run_worker() == 0
    with services.reading(workspace) as uow:
        given_up, done = (load_job(uow, each.job.id) for each in (deadly, harmless))
    assert deaths == RECOVERY_ATTEMPTS + 1
    assert given_up.state is JobState.FAILED
    assert f"died {deaths} times" in given_up.error
    assert done.state is JobState.DONE


def test_a_killed_theme_run_leaves_the_last_good_one_shown(both_services, researcher, run_worker):
    services, workspace = both_services, researcher.workspace_id

    def build(run_id):
        with services.writing(workspace) as uow:
            arguments = {"run_id": run_id, "seed": 7}
            by = researcher.member.id
            submit(services, uow, kind="themes", arguments=arguments, created_by=by)

    def shown():
        with services.reading(workspace) as uow:
            return themes.current_run(uow).id, themes.list_themes(uow)

    def left():
        with services.reading(workspace) as uow:
            return themes.unfinished_runs(uow)

    for number in range(1, 6):
        send(services, researcher, number)
    build("first")
    assert run_worker() == 0
    good = shown()
    assert good[1]
    for number, point in enumerate(("before", "begun", "adding", "saving", "after"), start=6):
        send(services, researcher, number)
        assert run_worker() == 0
        before = shown()
        build(f"run-{number}")
        assert run_worker(f"themes.build.{point}") == -signal.SIGKILL, point
        if point != "after":
            assert shown() == before, point
        assert left() == ([f"run-{number}"] if point in ("begun", "adding", "saving") else [])
        assert [finding.line for finding in examine(services) if finding.problems] == []
        assert run_worker() == 0
        assert left() == []
        assert shown()[0] == f"run-{number}"
        assert {theme.id for theme in shown()[1]} == {theme.id for theme in good[1]}
    assert [finding.line for finding in examine(services) if finding.problems] == []


def test_the_doctor_sees_what_a_bad_recovery_would_leave(both_services, researcher, run_worker):
    services = both_services
    send(services, researcher, 1)
    assert run_worker() == 0
    services.vectors.drop(researcher.workspace_id, services.embedder.model)
    broken = [finding.number for finding in examine(services) if finding.problems]
    assert broken == [3]
