"""What a test brought, against hand-worked numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.proportions import wilson
from synth.insights.outcomes import (
    Verdict,
    compute_effect,
    difference_range,
    is_validated,
    relative_change,
    relative_range,
)
from synth.insights.types import Measured
from synth.metrics.types import Good

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def measured(before, after, *, good="down", predicted=None, counts=None, unit="share"):
    shares = [wilson(*pair) for pair in counts] if counts else [None, None]
    return Measured(
        id="m", test_id="e", metric="abandonment", unit=unit, good=Good(good), segment={},
        before=before, after=after, predicted=predicted, before_share=shares[0],
        after_share=shares[1], measured_on=date(2026, 3, 2), recorded_by="p", recorded_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [(40, 12, -70), (18, 6, -67), (80, 28, -65), (12, 26, 117), (12, 21, 75), (50, 50, 0)],
)
def test_the_reference_changes(before, after, percent):
    assert round(100 * compute_effect(measured(before, after)).relative) == percent


def test_nothing_is_relative_to_nothing():
    assert relative_change(0, 5) is None


def test_the_difference_of_56_of_70_and_48_of_80():
    """Newcombe 1998, table II, case (a), method 10: 0.0524 to 0.3339."""
    spread = difference_range(wilson(48, 80), wilson(56, 70))
    assert (round(spread.low, 4), round(spread.high, 4)) == (0.0524, 0.3339)


def test_the_ratio_of_two_shares():
    """Aspirin in the Physicians' Health Study: 104 of 11,037 against 189 of 11,034 infarctions."""
    spread = relative_range(wilson(189, 11034), wilson(104, 11037))
    assert (round(1 + spread.low, 2), round(1 + spread.high, 2)) == (0.43, 0.70)


VERDICTS = {
    "better than predicted": (measured(80, 28, predicted=30), Verdict.REACHED),
    "better, nothing predicted": (measured(80, 28), Verdict.REACHED),
    "better, short of it": (measured(80, 50, predicted=30), Verdict.IMPROVED),
    "the same": (measured(0.12, 0.12, good="up"), Verdict.FLAT),
    "the wrong way": (measured(80, 85), Verdict.WORSE),
    "up is better": (measured(12, 26, good="up", predicted=20), Verdict.REACHED),
    "within chance": (measured(0.5, 0.4, counts=((5, 10), (4, 10))), Verdict.FLAT),
    "beyond chance": (measured(0.8, 0.28, counts=((80, 100), (28, 100))), Verdict.REACHED),
}


@pytest.mark.parametrize(("one", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_verdicts(one, verdict):
    effect = compute_effect(one)
    assert effect.verdict is verdict
    assert effect.is_tested is (one.before_share is not None)


def test_how_much_of_the_prediction_came():
    assert compute_effect(measured(80, 50, predicted=20)).of_predicted == pytest.approx(0.5)
    assert compute_effect(measured(80, 50)).of_predicted is None


def test_one_slice_that_got_worse_is_no_validation():
    good, flat, bad = (compute_effect(VERDICTS[name][0]) for name in
                       ("better than predicted", "the same", "the wrong way"))  # fmt: skip
    assert is_validated([good, flat])
    assert not is_validated([good, bad])
    assert not is_validated([flat])
    assert not is_validated([])


counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(before=counts, after=counts)
def test_intervals_hold_their_values_and_turn_around(before, after):
    first, second = wilson(*before), wilson(*after)
    d = after[0] / after[1] - before[0] / before[1]
    spread, back = difference_range(first, second), difference_range(second, first)
    assert spread.low - 1e-9 <= d <= spread.high + 1e-9
    assert (spread.low, spread.high) == pytest.approx((-back.high, -back.low))
    ratio = relative_range(first, second)
    assert (ratio is None) is (before[0] == 0)
    if ratio:
        change = relative_change(before[0] / before[1], after[0] / after[1])
        assert ratio.low - 1e-9 <= change <= ratio.high + 1e-9
