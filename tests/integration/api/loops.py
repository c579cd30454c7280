"""One approved insight of the processing-delay case, and what people send about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from starlette.testclient import TestClient

from api.app import create_app
from synth.access.types import MemberRole
from tests.integration.api.conftest import ApiClient
from tests.reference_case import DAY0, ENTERPRISE, Clock, on_clock, say, store_case

CHANGE = {"segment": ENTERPRISE, "before": 0.8, "after": 0.28}


class Loop:
    """An insight on a clock, behind the API."""

    def __init__(self, api, services, workspace, clock, case, insight):
        self.api, self.services, self.workspace = api, services, workspace
        self.clock, self.case, self.id = clock, case, insight

    def send(self, act, body, role="pm"):
        return self.api.post(f"/v1/insights/{self.id}/{act}", role=role, json=body)

    def do(self, act, body, role="pm"):
        answer = self.send(act, body, role)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def show(self):
        return self.api.get(f"/v1/insights/{self.id}", role="analyst").json()

    def listed(self, **query):
        found = self.api.get("/v1/insights", role="analyst", params=query)
        assert found.status_code == 200, found.text
        return [one["id"] for one in found.json()["items"]]

    def said(self, words, day):
        with self.services.writing(self.workspace) as uow:
            when = DAY0 + timedelta(days=day)
            return say(uow, self.case.speakers[0], words, author=self.author, when=when)

    def tested(self):
        self.clock.day(20)
        self.do("decision", {"choice": "test", "deadline": "2026-12-01"})
        starts = self.clock.day(21)
        return self.do("test", {"kind": "rollout", "name": "status", "starts_on": starts})


@contextmanager
def open_loop(services, started, actors) -> Iterator[Loop]:
    """Serve a workspace whose reviewer approved the draft on day 9."""
    clock = Clock()
    moved = on_clock(services, clock)
    with services.writing(started.workspace_id) as uow:
        case = store_case(uow, actors[MemberRole.RESEARCHER])
    app = create_app(moved, worker=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        api = ApiClient(client, started.keys)
        clock.day(9)
        draft = api.get(f"/v1/hypotheses/{case.draft_id}", role="reviewer")
        api.post(
            f"/v1/review/{case.draft_id}/approve",
            role="reviewer",
            json={"ticked": [0, 1, 2, 3]},
            headers={"If-Match": draft.headers["etag"]},
        )
        [insight] = api.get("/v1/insights", role="pm").json()["items"]
        made = Loop(api, services, started.workspace_id, clock, case, insight["id"])
        made.author = actors[MemberRole.RESEARCHER].member.id
        yield made
