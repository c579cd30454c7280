"""A signed-in browser for each role, without a browser: cookies and forms over the app itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from synth.access.actions import FirstStart, authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.services import Services
from tests.databases import fast_services
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


@dataclass(frozen=True, kw_only=True)
class Full:
    """A workspace that tests only look at, so that one serves them all."""

    services: Services
    keys: Mapping[MemberRole, str]
    study: Study
    enter: SignIn


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    """One workspace with the study for all tests of a file that change nothing in it."""
    services = fast_services(tmp_path_factory.mktemp("full"))
    keys = start_workspace(services, "Full").keys
    study = store_study(services, {role: authenticate(services, key) for role, key in keys.items()})
    app = create_app(services, worker=False)

    def enter(role: MemberRole) -> TestClient:
        client = TestClient(app, headers={"accept": "text/html"}, follow_redirects=True)
        assert client.post("/sign-in", data={"key": keys[role]}).status_code == 200
        return client

    yield Full(services=services, keys=keys, study=study, enter=enter)
    services.engine.dispose()


def token_of(html: str) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None
    return found[1]
