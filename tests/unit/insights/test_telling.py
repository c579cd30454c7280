"""Outcomes and costs in words: no bare share of few people, every step recomputable."""

from __future__ import annotations

import pytest

from synth.insights.telling import impact_lines, impact_words, outcome_words
from synth.investigations.impact import Origin, Term, TermKind, counted_share, multiply
from tests.unit.insights.test_outcomes import measured

SAID = {
    "few people": (
        measured(0.5, 0.4, counts=((5, 10), (4, 10))),
        "abandonment for everybody: 5 of 10 (24-76 %) → 4 of 10 (17-69 %); "
        "no change that can be told from chance",
    ),
    "many people": (
        measured(0.8, 0.28, counts=((800, 1000), (280, 1000)), predicted=0.3),
        "abandonment for everybody: 80 % (800 of 1,000) → 28 % (280 of 1,000), "
        "−65 % (−68 to −61); reached what was predicted (30 in 100 predicted)",
    ),
    "nobody counted": (
        measured(18, 6, unit="minutes"),
        "abandonment for everybody: 18 minutes → 6 minutes, −67 %; better; "
        "counts not given, chance is not ruled out",
    ),
}


@pytest.mark.parametrize(("one", "words"), SAID.values(), ids=SAID)
def test_an_outcome_in_words(one, words):
    assert outcome_words(one) == words


def test_500_attempts_of_which_18_percent_fail_and_half_write_are_45_tickets():
    said = {"source": "support", "origin": Origin.STATED}
    terms = [
        Term(name="uploads", kind=TermKind.COUNT, value=500, unit="uploads a month", **said),
        Term(name="fail", kind=TermKind.SHARE, value=0.18, unit="failures", **said),
        Term(name="raise a ticket", kind=TermKind.SHARE, value=0.5, unit="tickets", **said),
    ]
    assert impact_lines(multiply(terms)) == [
        "uploads: 500 uploads a month (stated: support)",
        "× 18 % fail = 90 failures (stated: support)",
        "× 50 % raise a ticket = 45 tickets (stated: support)",
    ]


def test_an_impact_in_one_line_counts_whole_people_and_names_its_factors():
    measured = Term(
        name="people measured",
        kind=TermKind.COUNT,
        value=743,
        unit="people",
        origin=Origin.MEASURED,
        source="the metric",
    )
    hit = counted_share("were hit", 431, 743, unit="people", source="the metric")
    said = impact_words(multiply([measured, hit]))
    assert said == "431 people (404 to 457): people measured × were hit"
