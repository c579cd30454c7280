"""The rhythm through the API: agenda, cadence, checklist, survey, pack."""

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
