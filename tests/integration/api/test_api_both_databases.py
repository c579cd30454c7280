"""Odd input and races end the same on SQLite and on Postgres: a clear problem, one effect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.permissions import PERMISSIONS
from synth.access.actions import start_workspace
from synth.access.policy import POLICY
from tests.integration.api.conftest import ApiClient

ODD_TEXTS = {
    "NUL": "a%00b",
    "emoji": "%F0%9F%92%A5",
    "broken UTF-8": "%FF%FE",
    "quotes": "'%22--",
    "pattern": "%25_%25",
    "long": "x" * 3000,
    "number": "9" * 40,
}


@pytest.fixture
def both_api(both_services) -> Iterator[ApiClient]:
    keys = start_workspace(both_services, "Test").keys
    app = create_app(both_services, worker=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield ApiClient(client, keys)


def paths_with_a_name():
    """Yield method, path with a gap, and a role that may use it."""
    for route, action in PERMISSIONS.items():
        method, path = route.split(" ")
        if "{" in path and method != "POST":
            head, _, tail = path.partition("{")
            role = min(POLICY[action])
            yield method, head + "%s" + tail.partition("}")[2], role


def test_odd_names_and_words_are_never_our_fault(both_api):
    for label, odd in ODD_TEXTS.items():
        for method, path, role in paths_with_a_name():
            answer = both_api.send(method, path % odd, role=role)
            assert answer.status_code in (404, 405, 422), (label, method, path, answer.text)
        for query in ("/v1/search?q=%s", "/v1/insights?q=%s", "/v1/links?anomaly=%s",
                      "/v1/hypotheses?anomaly=%s", "/v1/search?q=a&segment=a:%s"):  # fmt: skip
            answer = both_api.get(query % odd, role="pm")
            assert answer.status_code in (200, 422), (label, query, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        {"description": "a\u0000b"},
        {"description": "\ud800"},
        {"target": 1e308},
        {"unit": "\u0000"},
    ],
    ids=["NUL", "half a character", "large", "NUL unit"],
)
def test_odd_values_are_stored_or_refused(both_api, body):
    sent = {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}
    answer = both_api.put("/v1/metrics/m", role="analyst", **sent)
    assert answer.status_code in (200, 422), answer.text


def test_one_idempotency_key_at_the_same_moment_has_one_effect(both_api):
    rows = {"rows": [{"ts": "2026-01-01T00:00:00Z", "value": 0.4}]}

    def send(_):
        return both_api.post(
            "/v1/metrics/m/observations",
            role="analyst",
            json=rows,
            headers={"Idempotency-Key": "k"},
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    good = [answer.json() for answer in answers if answer.status_code == 200]
    assert good
    assert all(body == good[0] for body in good)
    assert good[0]["added"] == 1
