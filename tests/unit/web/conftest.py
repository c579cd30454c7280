"""A signed-in browser for each role, without a browser: cookies and forms over the app itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from synth.access.actions import FirstStart
from synth.access.types import Actor, MemberRole
from synth.services import Services
from tests.unit.web.seeding import Study, store_study

SignIn = Callable[[MemberRole], TestClient]


@pytest.fixture
def study(services: Services, actors: dict[MemberRole, Actor]) -> Study:
    """A small study in the store."""
    return store_study(services, actors)


@pytest.fixture
def sign_in(services: Services, started: FirstStart) -> Iterator[SignIn]:
    """Return a function that signs the person of a role in."""
    app = create_app(services, worker=False)
    opened: list[TestClient] = []

    def enter(role: MemberRole) -> TestClient:
        client = TestClient(app, headers={"accept": "text/html"}, follow_redirects=True)
        opened.append(client)
        answer = client.post("/sign-in", data={"key": started.keys[role]})
        assert answer.status_code == 200, answer.text
        return client

    yield enter
    for client in opened:
        client.close()


def token_of(html: str) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]
