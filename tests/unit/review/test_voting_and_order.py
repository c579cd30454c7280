from datetime import UTC, datetime

import pytest

from synth.hypotheses.types import State
from synth.review.planting import stretches
from synth.review.priority import WEIGHTS, prioritise
from synth.review.transitions import TRANSITIONS
from synth.review.types import Decision, Rules, Votes, Waiting
from synth.review.voting import outcome, standing
from synth.store.queue_guards import STEPS

YES, NO = Decision.APPROVE, Decision.REJECT


@pytest.mark.parametrize(
    ("approvals", "rejections", "needed", "decided"),
    [
        ("", "", 1, None),
        ("a", "", 1, YES),
        ("", "a", 1, NO),
        ("a", "", 2, None),
        ("a", "b", 2, None),
        ("ac", "b", 2, YES),
        ("a", "bc", 2, NO),
        ("ab", "c", 3, None),
        ("abd", "c", 3, YES),
    ],
)
def test_the_first_decision_enough_reviewers_make_stands(approvals, rejections, needed, decided):
    votes = Votes(approvals=tuple(approvals), rejections=tuple(rejections))
    assert outcome(votes, Rules(reviewers_needed=needed), State.IN_REVIEW) is decided


def test_what_is_held_is_rejected_by_one_and_approved_by_nobody():
    rules = Rules(reviewers_needed=3)
    assert outcome(Votes(approvals=(), rejections=("a",)), rules, State.HELD) is NO
    assert outcome(Votes(approvals=tuple("abc"), rejections=()), rules, State.HELD) is None


def test_nobody_reads_how_others_decided_until_they_differ():
    rules = Rules(reviewers_needed=2)
    for votes in (Votes(approvals=("a",), rejections=()), Votes(approvals=(), rejections=("a",))):
        assert standing(votes, rules) == "1 of 2 reviewers decided"
    split = standing(Votes(approvals=("a",), rejections=("b",)), rules)
    assert "disagree: 1 approved, 1 rejected" in split


def waiting(**values):
    plain = {
        "hypothesis_id": "h",
        "reach": 0.0,
        "confidence": 0.0,
        "waited_days": 0.0,
        "due_at": datetime(2026, 3, 2, tzinfo=UTC),
        "due_in_days": 14.0,
        "is_due_set": False,
    }
    return Waiting(**{**plain, **values})


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({}, 0),
        ({"reach": 10.0}, 20),
        ({"reach": 90.0}, 36),
        ({"confidence": 0.5}, 15),
        ({"waited_days": 7.0}, 5),
        ({"waited_days": 70.0}, 10),
        ({"due_in_days": 3.5}, 10),
        ({"due_in_days": -3.0}, 20),
    ],
)
def test_the_score_by_hand(values, score):
    assert prioritise(waiting(**values)).score == pytest.approx(score)


def test_no_draft_scores_above_a_hundred():
    most = waiting(reach=1e9, confidence=1.0, waited_days=99.0, due_in_days=-99.0)
    assert prioritise(most).score == pytest.approx(sum(WEIGHTS.values())) == pytest.approx(100)


@pytest.mark.parametrize("rate", [0.06, 0.1, 0.2, 0.5])
@pytest.mark.parametrize("n", [1, 5, 17, 20, 100])
def test_twenty_drafts_in_a_row_never_pass_without_a_stretch_that_has_a_canary(rate, n):
    ids = [str(at) for at in range(n)]
    found = stretches(ids, rate)
    covered = [name for stretch in found for name in stretch]
    assert covered == ids[: len(covered)]
    assert n - len(covered) < 0.5 / rate
    assert max(map(len, found)) <= 17


def test_the_database_knows_the_same_steps():
    ours = {(str(start), str(after)) for (start, _), after in TRANSITIONS.items() if start != after}
    # A tag rejected later takes a draft out of the queue; a canary ends as one. Nobody asks for it.
    assert set(STEPS) == ours | {("in_review", "held"), ("in_review", "canary")}
