"""What a test brought: change before and after, its interval, predicted against observed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from synth.core.proportions import Z95, Proportion
from synth.insights.types import Measured
from synth.metrics.ratios import Mean, ratio_of_means, ratio_of_shares
from synth.metrics.types import Good

#: Values nearer than this share of the value before are one value.
SAME = 1e-9
#: Nothing is told relative to a value nearer to 0.
SMALLEST = 1e-12


class Verdict(StrEnum):
    """What the numbers of one outcome say."""

    REACHED = "reached"  #: better, and at least what was predicted
    IMPROVED = "improved"  #: better, short of what was predicted
    FLAT = "flat"  #: not told apart from no change
    WORSE = "worse"


@dataclass(frozen=True, kw_only=True)
class Range:
    """A 95 % interval."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        """Return whether `value` lies in it, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What became of one metric; all of it computed from before, after and their counts."""

    difference: float  #: after - before, in the metric's unit
    relative: float | None  #: after / before - 1; None where before is 0
    difference_range: Range | None  #: of shares and means whose counts are known
    relative_range: Range | None
    of_predicted: float | None  #: share of the predicted change that came; None: none predicted
    verdict: Verdict
    is_tested: bool  #: whether counts told it apart from chance


def compute_effect(measured: Measured) -> Effect:
    """Return what became of a metric."""
    difference = measured.after - measured.before
    spread = _spread(measured)
    return Effect(
        difference=difference,
        relative=relative_change(measured.before, measured.after),
        difference_range=spread,
        relative_range=_relative_spread(measured),
        of_predicted=_of_predicted(measured),
        verdict=_verdict(measured, spread),
        is_tested=spread is not None,
    )


def relative_change(before: float, after: float) -> float | None:
    """Return after / before - 1, for example -0.7 from 40 to 12; None where before is 0."""
    return after / before - 1 if abs(before) > SMALLEST else None


def difference_range(before: Proportion | None, after: Proportion | None) -> Range | None:
    """Return the interval of the difference of two independent shares.

    Newcombe 1998, method 10: the two Wilson intervals, put together by squares.
    """
    if before is None or after is None or not before.n or not after.n:
        return None
    first, second = before.k / before.n, after.k / after.n
    low = second - first - sqrt((second - after.low) ** 2 + (before.high - first) ** 2)
    high = second - first + sqrt((after.high - second) ** 2 + (first - before.low) ** 2)
    return Range(low=max(-1.0, low), high=min(1.0, high))


def difference_of_means(before: Mean, after: Mean) -> Range:
    """Return the interval of the difference of two independent means (Welch, large n)."""
    middle, reach = after.value - before.value, Z95 * sqrt(before.error**2 + after.error**2)
    return Range(low=middle - reach, high=middle + reach)


def relative_range(before: Proportion | None, after: Proportion | None) -> Range | None:
    """Return the interval of the relative change of two independent shares.

    As the page of experiments computes it; None where the share before is 0.
    """
    if before is None or after is None or not before.k or not after.n:
        return None
    low, high = ratio_of_shares(before, after)
    return Range(low=low - 1, high=high - 1)


def is_validated(effects: list[Effect]) -> bool:
    """Return whether numbers bear a hypothesis out: its metric got better, in no slice worse."""
    verdicts = {effect.verdict for effect in effects}
    return bool(verdicts & {Verdict.REACHED, Verdict.IMPROVED}) and Verdict.WORSE not in verdicts


def _spread(measured: Measured) -> Range | None:
    """Return the interval of the difference in the metric's unit, where counts are known."""
    if measured.before_mean and measured.after_mean:
        return difference_of_means(measured.before_mean, measured.after_mean)
    spread, scale = difference_range(measured.before_share, measured.after_share), _scale(measured)
    return Range(low=spread.low * scale, high=spread.high * scale) if spread else None


def _relative_spread(measured: Measured) -> Range | None:
    if measured.before_mean and measured.after_mean:
        found = ratio_of_means(measured.before_mean, measured.after_mean)
        return Range(low=found[0] - 1, high=found[1] - 1) if found else None
    return relative_range(measured.before_share, measured.after_share)


def _verdict(measured: Measured, spread: Range | None) -> Verdict:
    way = 1 if measured.good is Good.UP else -1
    gain = way * (measured.after - measured.before)
    if abs(gain) <= SAME * max(1.0, abs(measured.before)) or (spread and 0 in spread):
        return Verdict.FLAT
    if gain < 0:
        return Verdict.WORSE
    if measured.predicted is not None and way * (measured.after - measured.predicted) < -SAME:
        return Verdict.IMPROVED
    return Verdict.REACHED


def _of_predicted(measured: Measured) -> float | None:
    if measured.predicted is None or measured.predicted == measured.before:
        return None
    return (measured.after - measured.before) / (measured.predicted - measured.before)


def _scale(measured: Measured) -> float:
    return 100.0 if measured.unit in ("%", "percent") else 1.0
