"""Jobs are followed to their end, and a broken stream goes on where it was."""

import json
from datetime import datetime, timedelta
from threading import Timer

import anyio

from api.deps import Context
from api.routes.jobs import job_events
from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.jobs import repo
from synth.jobs.schedules import SCHEDULES, Workplace, start_due
from synth.jobs.types import JobState
from tests.integration.api.conftest import is_problem


def begin(api):
    answer = api.post("/v1/anomaly-runs", role="analyst")
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "queued"
    return answer.headers["location"]


def change(services, started, path, **values):
    with services.writing(started.workspace_id) as uow:
        repo.change_job(uow, path.rsplit("/", 1)[1], **values)


def read_events(text):
    events = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
        if lines:
            events.append({name: value for name, _, value in lines})
    return events


def test_recurring_work_says_when_it_was_done_and_when_it_is_due(api, services, started, actors):
    hourly, daily = api.get("/v1/schedules", role="reviewer").json()["items"]
    assert (hourly["kind"], hourly["every_hours"], daily["every_hours"]) == ("deadlines", 1, 24)
    assert (hourly["last_due_at"], hourly["last_job"], hourly["is_behind"]) == (None, None, False)
    now = services.clock()
    assert now < datetime.fromisoformat(hourly["next_due_at"]) <= now + timedelta(hours=1)
    place = Workplace(
        workspace_id=started.workspace_id,
        since=now - timedelta(days=9),
        on_behalf=actors[MemberRole.ADMIN].member.id,
    )
    due = SCHEDULES[0].due_at(now) - timedelta(hours=5)
    assert start_due(services, place, SCHEDULES[0], due)
    hourly = api.get("/v1/schedules", role="pm").json()["items"][0]
    assert datetime.fromisoformat(hourly["last_due_at"]) == due
    assert (hourly["last_job"]["state"], hourly["is_behind"]) == ("queued", True)


def test_a_finished_job_streams_its_end_and_closes(api, services, started):
    path = begin(api)
    change(services, started, path, state=JobState.DONE, result={"anomalies": 2})
    answer = api.get(f"{path}/events", role="pm")
    assert answer.headers["content-type"].startswith("text/event-stream")
    (event,) = read_events(answer.text)
    assert event["event"] == "done"
    assert json.loads(event["data"])["result"] == {"anomalies": 2}
    assert event["id"]


def test_progress_is_streamed_until_the_job_fails(api, services, started, actors):
    path = begin(api)
    change(services, started, path, state=JobState.RUNNING, step="detect", done=1, total=4)
    context = Context(services=services, actor=actors[MemberRole.PM])
    with context.reading() as uow:
        job = repo.load_job(uow, path.rsplit("/", 1)[1])

    async def follow():
        stream = job_events(context, job, None)
        begun = await anext(stream)
        change(services, started, path, state=JobState.FAILED, error="no")
        return [begun, *[event async for event in stream]]

    begun, ended = anyio.run(follow)
    assert (begun.event, json.loads(begun.data)["done"]) == ("progress", 1)
    assert (ended.event, json.loads(ended.data)["error"]) == ("failed", "no")
    assert begun.id != ended.id


def test_last_event_id_leaves_out_what_was_seen(api, services, started):
    path = begin(api)
    change(services, started, path, state=JobState.RUNNING, step="detect", done=1, total=4)
    end = Timer(0.5, change, (services, started, path), {"state": JobState.DONE})
    end.start()
    seen = {"Last-Event-ID": "running.detect.1.4"}
    events = read_events(api.get(f"{path}/events", role="pm", headers=seen).text)
    end.join()
    assert [event["event"] for event in events] == ["done"]


def test_jobs_of_another_workspace_are_not_there(api, services):
    path = begin(api)
    other = start_workspace(services, "Other").keys["pm"]
    for address in (path, f"{path}/events"):
        foreign, absent = api.get(address, key=other), api.get("/v1/jobs/none", key=other)
        assert is_problem(foreign, 404, "not_found")
        assert foreign.status_code == absent.status_code
    assert api.get("/v1/jobs", key=other).json()["items"] == []
