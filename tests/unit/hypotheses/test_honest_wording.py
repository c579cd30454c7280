from __future__ import annotations

from dataclasses import replace

import pytest

from synth.core.proportions import wilson
from synth.hypotheses.citations import prove
from synth.hypotheses.types import Claim, Content, Stratified
from synth.hypotheses.wording import check_wording
from tests.unit.hypotheses.cases import by_id, cited, passage

PLAIN = passage("The page stayed empty after the upload.")
WHY = passage("I could not go on because I am no admin.")

INSIDE = Stratified(segment="plan", people=40, lift=2.4, p=0.01, holds=True)
OUTSIDE = Stratified(segment="platform", people=40, lift=1.0, p=0.5, holds=False)


def content(because="these people wait for an admin", quote=PLAIN, **values):
    citation = prove(cited(quote.chunk.text), by_id(quote))
    plain = {
        "title": "Setup waits",
        "solution": "a setup without an admin",
        "metric": "activation",
        "unit": "share",
        "baseline": 0.31,
        "target": 0.42,
        "because": because,
        "claims": (Claim(text="P1 says so", kind="qual", cites=(0,)),),
        "citations": (citation,),
        "scale": wilson(6, 8),
        "counter_note": "",
        "figures": (wilson(6, 8), wilson(45, 60), wilson(2, 9)),
    }
    return Content(**{**plain, **values})


@pytest.mark.parametrize(
    "because",
    [
        "these people wait for an admin",
        "6 of 8 (41-93 %) people it hit speak about it",
        "most people it hit, 6 of 8, speak about it",
        "many people it hit, 6 of 8 (41-93 %), wait",
        "75 % speak about it, which is 45 of 60",
        "people want it, as 2 of 9 say",
        "they reach step 3 in 5 minutes and wait",
        "three quarters, 6 of 8 (41-93 %), wait for it",
        "they wait half an hour for a third party",
        "it was slow three quarters ago",
    ],
)
def test_honest_words_pass(because):
    assert check_wording(content(because)) == []


@pytest.mark.parametrize(
    ("because", "named"),
    [
        ("22 % of the people wait", "22 %"),
        ("a third, 33.3 percent, wait for it", "33.3 percent"),
        ("7 of 8 people it hit wait", "7 of 8"),
        ("9 in 10 people it hit wait", "9 in 10"),
        ("it stops 3 out of 4 people", "3 out of 4"),
        ("most people wait for an admin", "most"),
        ("most people, 2 of 9, wait", "most"),
        ("many people, 2 of 9, wait", "many"),
        ("everybody waits for an admin", "everybody"),
        ("users want a setup without admin", "users want"),
        ("customers really need an admin", "customers really need"),
        ("the missing role causes the drop", "claims a cause"),
        ("the drop is due to the missing role", "claims a cause"),
        ("71 pct of them wait for it", "71 pct"),
        ("seventy-five per cent of them wait", "seventy-five per cent"),
        ("11 percentage points lie between", "11 percentage points"),
        ("three quarters of them wait", "three quarters"),
        ("two-thirds wait for an admin", "two-thirds"),
        ("a third of them waits", "a third"),
        ("about half wait for it", "about half"),
        ("half of them, 6 of 8, wait", "half of"),
        ("one in five waits for it", "one in five"),
        ("they wait twice as long", "twice as"),
        ("they wait 3x as long", "3x"),
        ("the drop stems from the role", "claims a cause"),
        ("it waits", "says nothing"),
        ("", "says nothing"),
    ],
)
def test_dishonest_words_are_named(because, named):
    [reason] = check_wording(content(because))
    assert named in reason


def test_a_small_sample_gives_no_bare_percentage_even_if_it_is_right():
    small = content("75 % of the people wait for it", figures=(wilson(6, 8),))
    assert check_wording(small)
    assert not check_wording(replace(small, figures=(wilson(45, 60),)))


def test_a_cause_needs_a_speaker_who_says_how():
    causal = "the missing role causes the drop"
    assert check_wording(content(causal, quote=PLAIN))
    assert check_wording(content(causal, quote=PLAIN, strata=(INSIDE,)))
    assert check_wording(content(causal, quote=WHY, strata=(INSIDE,))) == []


@pytest.mark.parametrize("strata", [(), (replace(INSIDE, holds=False),), (INSIDE, OUTSIDE)])
def test_a_cause_needs_a_link_that_holds_inside_segments(strata):
    [reason] = check_wording(content("the role causes the drop", quote=WHY, strata=strata))
    assert "inside segments" in reason
