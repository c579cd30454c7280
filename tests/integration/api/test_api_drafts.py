"""Asking for drafts through the API: how many, of which pair, and refusals before any job."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synth.access.actions import create_key
from synth.access.types import MemberRole
from synth.jobs import repo as jobs
from tests.integration.api.conftest import ApiClient, is_problem, run_jobs
from tests.integration.test_pair_drafts import Pair


class Asking:
    """A pair in its own workspace, asked about with the analyst's key."""

    def __init__(self, api, services, **values):
        self.pair, self.services = Pair(services, **values), services
        with services.writing(self.pair.workspace) as uow:
            keys = {
                role: create_key(services, uow, member_id=actor.member.id, actor_id=actor.member.id)
                for role, actor in (
                    (MemberRole.PM, self.pair.analyst),
                    (MemberRole.REVIEWER, self.pair.reviewer),
                )
            }
        self.api = ApiClient(api.client, keys)

    def ask(self, *, role="pm", path=None, **order):
        path = path or f"/v1/anomalies/{self.pair.anomaly}/hypotheses"
        return self.api.post(path, role=role, json=order)

    def work(self):
        run_jobs(self.services, self.pair.workspace)
        return self.api.get("/v1/review/queue", role="pm").json()["items"]

    def jobs(self):
        with self.services.reading(self.pair.workspace) as uow:
            return jobs.list_jobs(uow)


@pytest.fixture
def asking(api, services) -> Callable[..., Asking]:
    return lambda **values: Asking(api, services, **values)


def test_a_pair_asked_for_is_drafted_and_shows_its_standing(asking):
    here = asking()
    assert here.ask(theme_id=here.pair.theme, attempts=2).status_code == 202
    [job] = here.jobs()
    assert job.arguments == {
        "anomaly_id": here.pair.anomaly,
        "theme_id": here.pair.theme,
        "attempts": 2,
    }
    found = here.work()
    assert [one["standing"] for one in found] == ["too_few_people"] * 2
    assert all("too few people" in one["because"] for one in found)


def test_without_a_theme_only_links_are_drafted(asking):
    here = asking()
    for path in (None, "/v1/hypotheses"):
        assert here.ask(path=path, attempts=3).status_code == 202
    assert here.work() == []


def test_linked_pairs_are_drafted_as_often_as_asked(asking):
    here = asking(verdict="overlap")
    assert here.ask(path="/v1/hypotheses", attempts=2).status_code == 202
    assert [one["standing"] for one in here.work()] == ["tested"] * 2


@pytest.mark.parametrize(
    ("values", "order", "status", "code"),
    [
        ({"tag": "proposed"}, {}, 409, "conflict"),
        ({"verdict": "frequent_not_linked"}, {}, 409, "conflict"),
        ({}, {"theme_id": "none"}, 404, "not_found"),
        ({}, {"attempts": 0}, 422, "invalid_input"),
        ({}, {"attempts": 11}, 422, "invalid_input"),
        ({}, {"other": 1}, 422, "invalid_input"),
    ],
    ids=["not confirmed", "not linked", "unknown theme", "none", "too many", "unknown field"],
)
def test_a_refusal_comes_before_any_job(asking, values, order, status, code):
    here = asking(**values)
    answer = here.ask(**{"theme_id": here.pair.theme, **order})
    assert is_problem(answer, status, code)
    assert here.jobs() == []


def test_a_reviewer_asks_for_no_draft(asking):
    here = asking()
    assert is_problem(here.ask(role="reviewer", theme_id=here.pair.theme), 403, "forbidden")
