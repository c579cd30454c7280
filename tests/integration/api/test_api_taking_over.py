"""A test names an experiment; its numbers become the outcome, with where they are from."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import is_problem
from tests.integration.api.loops import open_loop

HEADER = "experiment,name,metric,variant,n,conversions,control\n"


def results(old: int, new: int, n: int = 200) -> dict[str, object]:
    rows = f"x1,Status,day3_abandonment,old,{n},{old},yes\nx1,,day3_abandonment,new,{n},{new},\n"
    return {"files": {"file": ("x.csv", (HEADER + rows).encode(), "text/csv")}}


@pytest.fixture
def loop(services, started, actors):
    with open_loop(services, started, actors) as made:
        made.do("decision", {"choice": "test", "deadline": "2026-12-01"})
        starts = made.clock.day(21)
        split = {"old": 0.5, "new": 0.5}
        body = {"kind": "ab", "name": "status", "split": split, "experiment_id": "x1"}
        made.do("test", {**body, "starts_on": starts})
        made.clock.day(82)
        yield made


def bring(loop, old, new, n=200):
    answer = loop.api.post("/v1/experiments", role="analyst", **results(old, new, n))
    assert answer.status_code == 200, answer.text


def test_numbers_come_from_the_experiment_the_test_names(loop):
    assert loop.show()["tests"][0]["experiment_id"] == "x1"
    early = loop.send("outcome", {"results": {}})
    assert is_problem(early, 409, "conflict")
    assert "not here yet" in early.json()["detail"]
    bring(loop, 160, 56)
    [one] = loop.do("outcome", {"results": {}})["quant"]
    assert one["source"] == {"experiment_id": "x1", "variant": "new", "control": "old"}
    assert (one["before_share"]["k"], one["after_share"]["k"]) == (160, 56)
    assert (one["percent"], one["verdict"], one["is_tested"]) == (-65, "reached", True)
    shown = loop.api.get("/v1/experiments", role="pm").json()["items"][0]["effects"][0]
    assert one["relative_range"] == {"low": shown["low"], "high": shown["high"]}
    assert is_problem(loop.send("outcome", {"results": {}}), 409, "conflict")
    text = loop.api.get(f"/v1/insights/{loop.id}/case-study", role="pm").text.replace("\\", "")
    assert "experiment x1, new against old" in text
    acts = loop.api.get("/v1/audit", role="pm").json()["items"]
    assert [act["data"].get("experiment") for act in acts if act["action"] == "insight.outcome"] \
        == ["x1"]  # fmt: skip


def test_newer_numbers_replace_those_taken_over_before(loop):
    bring(loop, 16, 15, 20)
    loop.do("outcome", {"results": {"experiment_id": "x1"}})
    assert [one["verdict"] for one in loop.show()["quant"]] == ["flat"]
    bring(loop, 160, 56)
    assert loop.show()["quant"][0]["after_share"]["k"] == 15
    [one] = loop.do("outcome", {"results": {"variant": "new"}})["quant"]
    assert (one["after_share"]["k"], one["after_share"]["n"]) == (56, 200)
    assert "a quant outcome: day3_abandonment before and after" not in loop.show()["missing"]


@pytest.mark.parametrize("results", [{"experiment_id": "x2"}, {"variant": "old"}, {"by": "hand"}])
def test_other_experiments_and_unknown_variants_are_refused(loop, results):
    bring(loop, 160, 56)
    assert is_problem(loop.send("outcome", {"results": results}), 422, "invalid_input")
    assert loop.show()["quant"] == []
