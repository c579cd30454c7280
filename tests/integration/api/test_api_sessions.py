"""A browser's cookie proves who asks, and a change needs the session's token too."""

from datetime import timedelta

import pytest

from synth.access.actions import SESSION_LIFE, open_session, resume_session
from synth.access.repo import find_session
from synth.core.fingerprints import sha256_text
from tests.integration.api.conftest import is_problem


@pytest.fixture
def cookie(services, started):
    token = open_session(services, started.keys["analyst"])
    return {"Cookie": f"synth_session={token}"}


@pytest.fixture
def csrf(services, cookie):
    return resume_session(services, cookie["Cookie"].partition("=")[2])[1]


METRIC = {"unit": "share", "good": "up"}


def test_a_session_reads_without_a_token(api, cookie):
    assert api.get("/v1/me", headers=cookie).json()["member"]["roles"] == ["analyst"]


@pytest.mark.parametrize("token", [None, "", "wrong", "é"], ids=str)
def test_a_session_changes_nothing_without_its_token(api, cookie, token):
    headers = cookie if token is None else {**cookie, "X-CSRF-Token": token.encode()}
    answer = api.put("/v1/metrics/activation", headers=headers, json=METRIC)
    assert is_problem(answer, 403, "forbidden")
    assert api.get("/v1/metrics", headers=cookie).json()["items"] == []


def test_a_session_changes_with_its_token(api, cookie, csrf):
    headers = {**cookie, "X-CSRF-Token": csrf}
    assert api.put("/v1/metrics/activation", headers=headers, json=METRIC).status_code == 200


def test_a_wrong_key_is_not_helped_by_a_cookie(api, cookie):
    assert is_problem(api.get("/v1/me", key="synth_x", headers=cookie), 401, "unauthenticated")


@pytest.mark.parametrize("header", ["", "Basic eA==", "Bearer", "Bearer  "], ids=str)
def test_other_authorization_headers_are_refused(api, header):
    answer = api.get("/v1/me", headers={"Authorization": header})
    assert is_problem(answer, 401, "unauthenticated")


def test_a_session_ends_with_its_key_and_with_its_time(api, services, cookie):
    token = sha256_text(cookie["Cookie"].partition("=")[2])
    later = services.clock() + SESSION_LIFE + timedelta(seconds=1)
    with services.engine.connect() as connection:
        assert find_session(connection, token, later) is None
    keys = api.get("/v1/keys", role="admin").json()["items"]
    own = next(key for key in keys if key["roles"] == ["analyst"])
    api.delete(f"/v1/keys/{own['id']}", role="admin")
    assert is_problem(api.get("/v1/me", headers=cookie), 401, "unauthenticated")
