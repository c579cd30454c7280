from __future__ import annotations

import pytest

from evals.scorers.prevalence import Counts, score
from evals.suites import e15_prevalence
from evals.types import EvalContext
from synth.core.proportions import wilson

COUNTS = Counts(
    reach=(6, 8),
    pairs=frozenset({(6, 8), (2, 9), (45, 60)}),
    levels=(0.31, 0.42),
    searched=17,
    people=frozenset({12}),
)
REACH = f"of those hit, {wilson(6, 8)} speak about it"


@pytest.mark.parametrize(
    "text",
    [
        REACH,
        f"{REACH}; 31 in 100, against 42 in 100; 12 were heard and measured",
        f"{REACH}; 75 % (45 of 60) of all; none found in 17 passages",
        f"{REACH}; P3 and P12 describe it",
        f"most people, {wilson(6, 8)}, speak about it",
        f"{REACH}; many, 6 of 8, wait",
    ],
)
def test_true_numbers_pass(text):
    assert score("i", [text], COUNTS).value == 1, score("i", [text], COUNTS).evidence


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("people speak about it", "not stated"),
        (f"{REACH}; 7 of 8 too", "no count"),
        ("of those hit, 6 of 8 (41-94 %) speak", "another interval"),
        (f"{REACH}; 22 % of the others", "bare"),
        (f"{REACH}; it took 19 days", "comes from nowhere"),
        (f"{REACH}. Most wait", "quantity word"),
        (f"{REACH}. Many, 2 of 9, wait", "quantity word"),
    ],
)
def test_wrong_numbers_are_named(text, wrong):
    assert wrong in score("i", [text], COUNTS).evidence


def test_drafts_of_worlds_are_honest_and_corruptions_are_noticed():
    context = EvalContext(data=None)
    mutants = e15_prevalence.mutants(context)
    assert len({one.name.split(" in ")[0] for one in mutants}) == len(e15_prevalence.CORRUPTIONS)
    assert [one.name for one in mutants if not one.killed] == []
