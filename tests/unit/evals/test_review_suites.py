"""E19 and E20: their scorers on hand-made cases, and their mutants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evals.datasets.worked_agreement import worked_examples
from evals.scorers.agreement_maths import alpha_by_definition, score
from evals.scorers.reviewers import recount
from evals.suites import e19_reviewers, e20_agreement
from evals.types import EvalContext, Verdict
from synth.review.types import CanaryKind, Decided, Decision

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_fractions_are_the_published_numbers():
    for one in worked_examples():
        digits = len(one.published.partition(".")[2])
        assert f"{float(one.value):.{digits}f}" == one.published, one.id


def test_alpha_by_definition_knows_the_worked_values():
    for one in worked_examples():
        if one.coefficient == "krippendorff":
            assert alpha_by_definition(one.units, one.level) == pytest.approx(float(one.value))
    assert alpha_by_definition([{0: 1.0}], "nominal") is None


@pytest.mark.parametrize(
    ("found", "known", "value"),
    [(0.4, 0.4, 1), (0.4 + 2e-6, 0.4, 0), (None, None, 1), (None, 0.4, 0), (0.0, None, 0)],
)
def test_a_coefficient_is_right_to_a_millionth_or_wrong(found, known, value):
    assert score("i", found, known).value == value


def vote(place, decision, *, canary=None, seconds=None):
    decided = NOW + timedelta(minutes=place)
    return Decided(
        hypothesis_id=str(place), revision=1, reviewer_id="r", decision=decision,
        decided_at=decided, canary=canary, was_edited=False,
        opened_at=None if seconds is None else decided - timedelta(seconds=seconds),
    )  # fmt: skip


def test_votes_are_recounted_by_hand():
    yes, no, seeded = Decision.APPROVE, Decision.REJECT, CanaryKind.WRONG_QUOTE
    votes = [vote(3, yes, seconds=30), vote(1, yes, canary=seeded), vote(2, no, canary=seeded),
             vote(4, yes, seconds=10)]  # fmt: skip
    found = recount(votes)
    assert (found.decided, found.approved, found.longest_streak) == (4, 3, 2)
    assert (found.canaries, found.caught, found.median_seconds) == (2, 1, 20)


@pytest.mark.parametrize("suite", [e19_reviewers, e20_agreement])
def test_every_mutant_is_killed(suite):
    assert [one.name for one in suite.mutants(EvalContext(data=None)) if not one.killed] == []


def test_reviewers_who_nod_are_seen_and_honest_ones_left_alone():
    results = e19_reviewers.run(EvalContext(data=None))
    assert {one.set: one.verdict for one in results} == dict.fromkeys(
        ("approves_all", "approves_95", "honest", "measures"), Verdict.PASS
    )


def test_coefficients_are_equal_to_a_millionth(monkeypatch):
    monkeypatch.setattr(e20_agreement, "QUICK_WORLDS", 2)
    first, second, _ = e20_agreement.run(EvalContext(data=None))
    assert (first.verdict, second.verdict) == (Verdict.PASS, Verdict.PASS)
