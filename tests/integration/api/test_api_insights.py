"""Insights through the API: labels, decisions, tests, outcomes, and when closing is refused."""

from __future__ import annotations

import pytest

from synth.people.types import Consent
from tests.factories import set_consent
from tests.integration.api.conftest import is_problem
from tests.integration.api.loops import CHANGE, open_loop
from tests.reference_case import AFTER


@pytest.fixture
def loop(services, started, actors):
    with open_loop(services, started, actors) as made:
        yield made


def test_a_decision_has_an_owner_and_a_deadline_and_the_last_one_counts(loop):
    assert is_problem(loop.send("decision", {"choice": "build"}), 422, "invalid_input")
    past = {"choice": "build", "deadline": "2026-01-01"}
    assert is_problem(loop.send("decision", past), 422, "invalid_input")
    assert is_problem(loop.send("decision", {"choice": "drop"}, "analyst"), 403, "forbidden")
    nobody = {"choice": "drop", "owner_id": "nobody"}
    assert is_problem(loop.send("decision", nobody), 422, "invalid_input")
    loop.do("decision", {"choice": "investigate", "deadline": "2026-03-20"})
    loop.do("decision", {"choice": "test", "deadline": "2026-03-25", "note": "five talks are in"})
    shown = loop.show()
    assert [one["choice"] for one in shown["decisions"]] == ["investigate", "test"]
    assert (shown["state"], shown["decision"]["choice"]) == ("decided", "test")
    acts = [event["action"] for event in loop.api.get("/v1/audit", role="pm").json()["items"]]
    assert acts.count("insight.decide") == 2


def test_a_passed_deadline_is_loud_in_the_list(loop):
    loop.do("decision", {"choice": "build", "deadline": "2026-03-20"})
    assert not loop.show()["is_overdue"]
    loop.clock.day(30)
    shown = loop.show()
    assert shown["is_overdue"]
    assert shown["decision"]["days_over"] == 12
    assert shown["flags"] == [{"code": "overdue", "words": "build is 12 days overdue"}]
    assert loop.listed(flag="overdue") == [loop.id]


def test_an_insight_nobody_decides_on_is_overdue_after_two_weeks(loop):
    loop.clock.day(9 + 14)
    assert not loop.show()["is_overdue"]
    loop.clock.day(9 + 16)
    assert "no decision for 16 days" in loop.show()["flags"][0]["words"]


def test_labels_replace_those_of_their_kind_and_are_searched_and_filtered(loop):
    path = f"/v1/insights/{loop.id}/labels"
    given = {"persona": ["Data Owner", "data  owner"], "stage": ["trial"], "priority": ["high"]}
    assert loop.api.put(path, role="researcher", json=given).status_code == 200
    loop.api.put(path, role="researcher", json={"persona": ["buyer"]})
    assert loop.show()["labels"] == {
        "persona": ["buyer"],
        "stage": ["trial"],
        "priority": ["high"],
    }
    for query in ({"persona": "Buyer"}, {"stage": "trial", "q": "dashboard"}, {"q": "buyer"},
                  {"metric": "day3_abandonment"}, {"theme": loop.case.theme_id}):  # fmt: skip
        assert loop.listed(**query) == [loop.id], query
    for query in ({"persona": "owner"}, {"area": "upload"}, {"q": "dashboard nobody-said"},
                  {"metric": "activation"}, {"state": "closed"}, {"decision": "drop"}):  # fmt: skip
        assert loop.listed(**query) == [], query
    for wrong in ({"stage": ["sometime"]}, {"priority": ["high", "low"]}, {"persona": [" "]}):
        answer = loop.api.put(path, role="researcher", json=wrong)
        assert is_problem(answer, 422, "invalid_input")


def test_closing_needs_a_number_a_voice_and_the_learning(loop):
    early = loop.send("outcome", {"close": True, "learning": "Status helps."})
    assert is_problem(early, 409, "conflict")
    loop.tested()
    loop.clock.day(82)
    refused = loop.send("outcome", {"quant": [CHANGE], "close": True})
    assert is_problem(refused, 409, "conflict")
    assert "a quote of somebody after launch" in refused.json()["detail"]
    assert "the learning" in refused.json()["detail"]
    assert loop.show()["quant"] == []
    loop.said(AFTER, 80)
    closing = {"quant": [CHANGE], "quotes": [{"quote": AFTER}], "close": True}
    wrong = {**closing, "learning": "Abandonment fell by 90 %."}
    assert "90 %" in loop.send("outcome", wrong).json()["detail"]
    closed = loop.do("outcome", {**closing, "learning": "A status keeps people: -65 %."})
    assert (closed["state"], closed["result"], closed["missing"]) == ("closed", "confirmed", [])
    assert closed["gaps"] == ["everybody: only a segment was measured"]
    assert loop.send("outcome", {"quant": [CHANGE]}).status_code == 409


def test_a_quote_counts_only_if_it_was_said_after_launch_and_still_stands(loop):
    loop.tested()
    chunk = loop.said("I still like the sample data a lot.", 10)
    loop.clock.day(82)
    before = loop.send("outcome", {"quotes": [{"quote": "I still like", "chunk_id": chunk}]})
    assert "the test began on 2026-03-23" in before.json()["detail"]
    invented = loop.send("outcome", {"quotes": [{"quote": "It saved us, every day"}]})
    assert "nobody said these words" in invented.json()["detail"]
    chunk = loop.said(AFTER, 80)
    bent = loop.send("outcome", {"quotes": [{"quote": "I see sample data", "chunk_id": chunk}]})
    assert "not proved" in bent.json()["detail"]
    quoted = {"quotes": [{"quote": AFTER, "side": "against"}], "quant": [CHANGE]}
    [heard] = loop.do("outcome", quoted)["qual"]
    assert (heard["citation"]["quote"], heard["citation"]["side"]) == (AFTER, "against")
    assert heard["said_on"] == "2026-05-21"
    with loop.services.writing(loop.workspace) as uow:
        set_consent(uow, loop.case.speakers[0], Consent(quote=False))
    [heard] = loop.show()["qual"]
    assert heard["citation"]["quote"] is None
    assert "does not allow to be quoted" in heard["lost"]
    again = loop.send("outcome", {"close": True, "learning": "Status helps."})
    assert "a quote of somebody after launch" in again.json()["detail"]


def test_numbers_that_cannot_be_are_refused(loop):
    loop.tested()
    today = loop.clock.day(60)
    for wrong in (
        {"before": 0.8},
        {"before": 0.8, "after_k": 30, "after_n": 20},
        {"before": 0.8, "after": 0.5, "after_k": 1, "after_n": 100},
        {**CHANGE, "measured_on": "2026-03-22"},
        {**CHANGE, "measured_on": "2027-01-01"},
        {"metric": "made_up", "before": 1, "after": 2},
        {"before": 1e308, "after": 2},
        {**CHANGE, "predicted": -1e300},
    ):
        assert is_problem(loop.send("outcome", {"quant": [wrong]}), 422, "invalid_input")
    assert is_problem(loop.send("outcome", {}), 422, "invalid_input")
    counted = {"before_k": 80, "before_n": 100, "after_k": 28, "after_n": 100}
    [one] = loop.do("outcome", {"quant": [counted]})["quant"]
    assert (one["percent"], one["verdict"], one["is_tested"]) == (-65, "reached", True)
    assert one["difference_range"]["low"] < one["difference"] < one["difference_range"]["high"]
    assert (one["measured_on"], one["predicted"]) == (today, 0.3)


def test_a_change_from_almost_nothing_stays_readable(loop):
    loop.tested()
    loop.clock.day(60)
    [one] = loop.do("outcome", {"quant": [{"before": 1e-300, "after": 1e15}]})["quant"]
    assert (one["relative"], one["percent"]) == (None, None)
    assert loop.api.get(f"/v1/insights/{loop.id}/case-study", role="pm").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "ab", "name": "x"},
        {"kind": "ab", "name": "x", "split": {"a": 0.5, "b": 0.6}},
        {"kind": "ab", "name": "x", "split": {"a": 1.5, "b": -0.5}},
        {"kind": "pilot", "name": " "},
        {"kind": "pilot", "name": "x", "ends_on": "2026-01-01"},
    ],
)
def test_a_test_that_cannot_be_is_refused(loop, wrong):
    loop.do("decision", {"choice": "test", "deadline": "2026-12-01"})
    body = {"starts_on": "2026-03-23", **wrong}
    assert is_problem(loop.send("test", body), 422, "invalid_input")
    assert loop.show()["state"] == "decided"


def test_flat_results_and_accidental_findings_are_kept(loop):
    loop.tested()
    loop.clock.day(60)
    loop.said(AFTER, 59)
    flat = {"before_k": 16, "before_n": 20, "after_k": 15, "after_n": 20}
    body = {"quant": [flat], "findings": ["Save role templates"], "quotes": [{"quote": AFTER}]}
    shown = loop.do("outcome", {**body, "learning": "Nothing moved.", "close": True})
    assert (shown["quant"][0]["verdict"], shown["result"]) == ("flat", "not confirmed")
    [item] = loop.api.get("/v1/backlog", role="pm").json()["items"]
    assert (item["title"], item["kind"], item["found_in"]) == (
        "Save role templates",
        "finding",
        loop.id,
    )


def test_a_closed_insight_is_flagged_and_can_be_opened_again(loop):
    loop.tested()
    loop.clock.day(60)
    loop.said(AFTER, 59)
    closing = {"quant": [CHANGE], "quotes": [{"quote": AFTER}], "learning": "ok", "close": True}
    loop.do("outcome", closing)
    assert is_problem(loop.send("decision", {"choice": "drop"}), 409, "conflict")
    with loop.services.writing(loop.workspace) as uow:
        set_consent(uow, loop.case.speakers[1], Consent(analyse=False))
    loop.clock.day(60 + 181)
    flags = {flag["code"]: flag["words"] for flag in loop.show()["flags"]}
    assert set(flags) == {"evidence_lost", "stale"}
    assert flags["evidence_lost"] == "1 of 3 quotes no longer stand: consent withdrawn"
    assert is_problem(loop.send("reopen", {}), 422, "invalid_input")
    shown = loop.do("reopen", {"reason": "evidence_lost"})
    assert (shown["state"], shown["steps"][-1]["reason"]) == ("reopened", "evidence_lost")
    loop.do("decision", {"choice": "drop", "note": "its ground is gone"})
    assert loop.show()["state"] == "dropped"


def test_the_backlog_needs_numbers_and_voices_or_a_written_reason(loop):
    add = {"title": "Processing status", "insight_ids": [loop.id]}
    item = loop.api.post("/v1/backlog", role="pm", json=add).json()
    assert item["gate"] == {"quant": 1, "qual": 3, "missing": []}
    guess = loop.api.post("/v1/backlog", role="analyst", json={"title": "Blue button"}).json()
    assert guess["gate"]["missing"] == ["quant evidence", "qual context"]
    listed = loop.api.get("/v1/backlog", role="analyst").json()["items"]
    assert [one["title"] for one in listed] == ["Processing status", "Blue button"]

    def move(one, **body):
        return loop.api.post(f"/v1/backlog/{one['id']}", role="pm", json=body)

    assert is_problem(move(guess, state="planned"), 409, "conflict")
    assert move(guess, state="planned", override="asked for by law").status_code == 201
    assert move(item, state="shipped").json()["shipped_on"] == "2026-03-11"
    assert is_problem(move(item, state="idea"), 409, "conflict")
    owned = {"title": "x", "owner_id": "nobody"}
    assert is_problem(loop.api.post("/v1/backlog", role="pm", json=owned), 422, "invalid_input")
    foreign = loop.api.post("/v1/backlog", role="pm", json={"title": "x", "insight_ids": ["no"]})
    assert is_problem(foreign, 404, "not_found")


def test_two_quoted_people_who_turn_out_to_be_one_are_one_voice(loop):
    add = {"title": "Processing status", "insight_ids": [loop.id]}
    loop.api.post("/v1/backlog", role="pm", json=add)
    quotes = loop.api.get(f"/v1/insights/{loop.id}", role="pm").json()["citations"]
    one, other, *_ = sorted({quote["speaker"] for quote in quotes if quote["side"] == "for"})
    joined = {"people": [one, other], "note": "the same account in two systems"}
    made = loop.api.post("/v1/participants/merge", role="researcher", json=joined)
    assert made.status_code < 300, made.text
    [item] = loop.api.get("/v1/backlog", role="pm").json()["items"]
    assert item["gate"]["qual"] == 2


@pytest.mark.parametrize("format", ["markdown", "html"])
def test_the_case_study_has_both_sides_and_only_quotes_that_may_leave(loop, format):
    loop.tested()
    loop.clock.day(82)
    loop.said(AFTER, 80)
    closing = {"quant": [CHANGE], "quotes": [{"quote": AFTER}], "learning": "Say it is working."}
    loop.do("outcome", {**closing, "close": True, "findings": ["Export the sample <data>"]})
    with loop.services.writing(loop.workspace) as uow:
        set_consent(uow, loop.case.speakers[1], Consent(quote=False))
    path = f"/v1/insights/{loop.id}/case-study"
    text = loop.api.get(path, role="pm", params={"format": format}).text
    plain = text.replace("\\", "")
    for words in ("80 in 100 → 28 in 100, −65 %", "Say it is working.", AFTER, "day 21",
                  "the dashboard stayed empty until the next day", "[quote withheld: consent]",
                  "closed, confirmed"):  # fmt: skip
        assert words.casefold() in plain.casefold(), words
    assert "we thought the upload had failed" not in text
    assert "<data>" not in text.replace("\\<data\\>", "")
