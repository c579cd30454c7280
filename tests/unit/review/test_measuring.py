import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from synth.core.proportions import wilson
from synth.review.dashboard import units_of
from synth.review.measuring import WINDOW, find_warning, measure_each, measure_whole
from synth.review.types import CanaryKind, Decided, Decision

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CANARY = CanaryKind.SWAPPED_BASELINE


def votes(said, *, canaries=(), reviewer="r", seconds=60, edited=()):
    """Return a vote per letter: y approves, n rejects."""
    return [
        Decided(
            hypothesis_id=f"{reviewer}{at}",
            revision=1,
            reviewer_id=reviewer,
            decision=Decision.APPROVE if letter == "y" else Decision.REJECT,
            decided_at=START + timedelta(hours=at, seconds=seconds),
            opened_at=START + timedelta(hours=at) if seconds else None,
            canary=CANARY if at in canaries else None,
            was_edited=at in edited,
        )
        for at, letter in enumerate(said)
    ]


def test_a_reviewer_is_measured():
    [one] = measure_each(votes("yynyyyn", canaries=(2, 3), edited=(0,)))
    assert (one.decided, one.approved, one.caught) == (7, wilson(5, 7), wilson(1, 2))
    assert one.overridden == wilson(2, 5)  # one edited before, one rejected, of five real ones
    assert (one.streak, one.longest_streak) == (0, 3)
    assert (one.median_seconds, one.timed) == (60, 7)


def test_nothing_is_said_of_what_was_not_timed_or_seeded():
    [one] = measure_each(votes("yy", seconds=0))
    assert (one.median_seconds, one.timed, one.caught) == (None, 0, wilson(0, 0))
    assert measure_each([]) == []


def test_a_draft_that_two_decided_on_counts_once_in_the_whole():
    both = [*votes("yn"), *(votes("nn", reviewer="s"))]
    for position in (0, 1):
        both[2 + position] = Decided(
            **{**vars(both[2 + position]), "hypothesis_id": both[position].hypothesis_id}
        )
    assert measure_whole(both).overridden == wilson(2, 2)
    assert measure_whole(both).decided == 4


@pytest.mark.parametrize(
    ("said", "canaries", "warned"),
    [
        ("y" * 20, (7,), True),
        ("y" * 10, (9,), True),
        ("y" * 9, (3,), False),
        ("y" * 20, (), False),
        ("yyyyyynyyyyyynyyyyyy", (6, 13), False),
        ("yyyynynyyynyyyyynyyy", (7,), False),
        ("ynynynynynynynyn" + "yyyy", (16, 18), True),
        ("y" * 20 + "y" * WINDOW, (3,), False),
    ],
    ids=[
        "approves all, one canary in twenty",
        "ten are enough",
        "nine are not",
        "no canary was seen",
        "caught them",
        "one slip of somebody who rejects too",
        "missed two",
        "long ago",
    ],
)
def test_who_approves_without_looking_is_warned_of(said, canaries, warned):
    assert bool(find_warning(votes(said, canaries=canaries))) is warned


def test_somebody_who_approves_nineteen_in_twenty_is_seen_within_forty():
    rng = random.Random(5)
    seen = 0
    for _ in range(400):
        said = "".join("y" if rng.random() < 0.95 else "n" for _ in range(40))
        given = votes(said, canaries=range(5, 40, 10))
        seen += any(find_warning(given[: n + 1]) for n in range(40))
    assert seen >= 380


def test_a_careful_reviewer_is_hardly_ever_warned_of():
    rng = random.Random(6)
    warned = 0
    for _ in range(400):
        canaries = range(5, 40, 10)
        said = "".join(
            ("n" if rng.random() < 0.9 else "y")
            if at in canaries
            else ("y" if rng.random() < 0.7 else "n")
            for at in range(40)
        )
        given = votes(said, canaries=canaries)
        warned += any(find_warning(given[: n + 1]) for n in range(40))
    assert warned <= 20


def test_no_share_tells_how_an_open_vote_went_but_a_warning_does():
    told = votes("yyn", canaries=(2,))
    secret = [replace(one, is_open=True) for one in votes("y" * 20, canaries=(7,))]
    [one] = measure_each(secret)
    assert (one.decided, one.timed) == (20, 20)
    assert (one.approved, one.overridden, one.caught) == (wilson(0, 0),) * 3
    assert (one.streak, one.longest_streak) == (0, 0)
    assert "wrong on purpose" in one.warning
    whole = measure_whole([*told, *secret])
    assert (whole.decided, whole.caught, whole.overridden) == (23, wilson(1, 1), wilson(0, 2))
    pair = [replace(one, reviewer_id=who) for one in secret[:1] for who in ("r", "s")]
    assert units_of(pair) == []
    assert units_of([replace(one, is_open=False) for one in pair]) == [{"r": 1, "s": 1}]
