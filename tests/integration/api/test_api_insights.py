"""Insights through the API: labels, decisions, tests, outcomes, and when closing is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from synth.access.types import MemberRole
from synth.people.types import Consent
from tests.factories import set_consent
from tests.integration.api.conftest import ApiClient, is_problem
from tests.reference_case import AFTER, DAY0, ENTERPRISE, Clock, on_clock, say, store_case


class Loop:
    """One approved insight, and what people send about it."""

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


@pytest.fixture
def loop(services, started, actors):
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


CHANGE = {"segment": ENTERPRISE, "before": 0.8, "after": 0.28}


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
    ):
        assert is_problem(loop.send("outcome", {"quant": [wrong]}), 422, "invalid_input")
    assert is_problem(loop.send("outcome", {}), 422, "invalid_input")
    counted = {"before_k": 80, "before_n": 100, "after_k": 28, "after_n": 100}
    [one] = loop.do("outcome", {"quant": [counted]})["quant"]
    assert (one["percent"], one["verdict"], one["is_tested"]) == (-65, "reached", True)
    assert one["difference_range"]["low"] < one["difference"] < one["difference_range"]["high"]
    assert (one["measured_on"], one["predicted"]) == (today, 0.3)


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
    foreign = loop.api.post("/v1/backlog", role="pm", json={"title": "x", "insight_ids": ["no"]})
    assert is_problem(foreign, 404, "not_found")


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


def fusion(loop, what):
    answer = loop.api.get(f"/v1/fusion/{what}", role="analyst")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_agenda_puts_the_late_first_and_fits_an_hour(loop):
    first = fusion(loop, "agenda")
    assert [item["kind"] for item in first["items"]] == ["decide"]
    assert first["items"][0]["quote"].startswith("I uploaded our files")
    loop.clock.day(9 + 20)
    late = fusion(loop, "agenda")
    assert late["items"][0]["kind"] == "overdue"
    assert "no decision for 20 days" in late["items"][0]["sentence"]
    loop.tested()
    assert fusion(loop, "agenda")["items"][0]["kind"] == "outcome"
    assert late["minutes"] <= 60
    held = loop.api.post("/v1/fusion/reviews", role="pm", json={"note": "all three"})
    assert held.status_code == 201, held.text
    assert fusion(loop, "agenda")["due_on"] == "2026-04-06"
    future = {"held_on": "2030-01-01"}
    refused = loop.api.post("/v1/fusion/reviews", role="pm", json=future)
    assert is_problem(refused, 422, "invalid_input")


def test_the_checklist_and_key_metrics_are_computed(loop):
    done = {step["title"] for step in fusion(loop, "checklist")["items"] if step["is_done"]}
    assert "Day 5: a hypothesis passed its review" in done
    assert "Then: somebody decided, with a deadline" not in done
    names = ["day3_abandonment", "trial_to_paid"]
    put = loop.api.put("/v1/fusion/key-metrics", role="pm", json={"names": names})
    assert put.json() == {"names": names}
    wrong = loop.api.put("/v1/fusion/key-metrics", role="pm", json={"names": ["nothing"]})
    assert is_problem(wrong, 422, "invalid_input")
    by_key = {one["key"]: one for one in fusion(loop, "metrics")["items"]}
    assert by_key["coverage"]["words"].startswith("0 of 2")
    assert "no values" in by_key["coverage"]["instances"][0]["words"]


def test_a_survey_keeps_one_answer_a_person_and_quarter(loop):
    for role, score in (("pm", 3), ("pm", 9), ("analyst", 8)):
        answer = loop.api.post("/v1/fusion/confidence", role=role, json={"score": score})
        assert answer.status_code == 201, answer.text
    assert is_problem(
        loop.api.post("/v1/fusion/confidence", role="pm", json={"score": 11}), 422, "invalid_input"
    )
    by_key = {one["key"]: one for one in fusion(loop, "metrics")["items"]}
    assert by_key["confidence"]["words"] == "8.5 of 10, 2 answers; 8 to 9"


def test_the_pack_has_quotes_and_numbers_and_honours_consent(loop):
    loop.tested()
    loop.clock.day(82)
    loop.said(AFTER, 80)
    closing = {"quant": [CHANGE], "quotes": [{"quote": AFTER}], "learning": "Say it is working."}
    loop.do("outcome", {**closing, "close": True})

    def pack():
        return loop.api.get("/v1/fusion/pack", role="pm").text.replace("\\", "")

    for words in (
        "−65 %",
        "Say it is working.",
        AFTER,
        "the dashboard stayed empty",
        "misses < 14",
    ):
        assert words in pack(), words
    with loop.services.writing(loop.workspace) as uow:
        for speaker in loop.case.speakers:
            set_consent(uow, speaker, Consent(quote=False))
    assert AFTER not in pack()
    assert "the dashboard stayed empty" not in pack()


def test_the_cadence_names_who_is_behind(loop):
    [row] = fusion(loop, "cadence")["items"]
    assert (row["name"], row["behind"]) == ("PM", "this week still 1 anomaly and 5 conversations")
