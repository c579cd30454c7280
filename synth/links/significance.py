"""Tests on two-by-two tables of people: lift, exact test, strata, power, false-discovery rate."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np

from synth.core.proportions import Z95
from synth.links.types import Interval, OverlapCounts

#: Spread of log lifts expected of real causes (lifts of 1.2 to 4): prior of the Bayes factor.
PRIOR_LOG_LIFT_SD = 0.7


def log_lift(counts: OverlapCounts) -> tuple[float, float]:
    """Return log lift and its standard error (Katz 1978; 0.5 added to a 0)."""
    a, b = float(counts.theme_affected), float(counts.theme_unaffected)
    c, d = float(counts.other_affected), float(counts.other_unaffected)
    if min(a, b, c, d) == 0:
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    ratio = (a / (a + c)) / (b / (b + d))
    return log(ratio), sqrt(1 / a - 1 / (a + c) + 1 / b - 1 / (b + d))


def lift(counts: OverlapCounts) -> Interval | None:
    """Return P(theme | hit) / P(theme | not hit), 95 % interval; None if a side is empty."""
    if counts.affected == 0 or counts.unaffected == 0 or counts.theme == 0:
        return None
    centre, error = log_lift(counts)
    return Interval(
        value=exp(centre), low=exp(centre - Z95 * error), high=exp(centre + Z95 * error)
    )


def exact_p(counts: OverlapCounts) -> float:
    """Return the one-sided Fisher exact p: this many theme people among the hit, or more."""
    from scipy.stats import hypergeom

    return float(
        hypergeom.sf(counts.theme_affected - 1, counts.people, counts.theme, counts.affected)
    )


def best_attainable_p(counts: OverlapCounts) -> float:
    """Return the p that these margins would give if every theme person possible were hit."""
    from scipy.stats import hypergeom

    most = min(counts.theme, counts.affected)
    return float(hypergeom.sf(most - 1, counts.people, counts.theme, counts.affected))


def power(counts: OverlapCounts, *, true_lift: float, alpha: float) -> float:
    """Return the chance to notice `true_lift` with these margins (normal approximation)."""
    from scipy.stats import norm

    if min(counts.theme, counts.affected, counts.unaffected) == 0:
        return 0.0
    share = counts.theme / counts.people
    hit = counts.affected / counts.people
    spared = share / (1 + hit * (true_lift - 1))
    low, high = min(spared, 0.99), min(spared * true_lift, 0.99)
    error = sqrt((1 - high) / (counts.affected * high) + (1 - low) / (counts.unaffected * low))
    return float(norm.cdf(log(high / low) / error - norm.isf(alpha)))


def stratified(tables: Sequence[OverlapCounts]) -> tuple[float, float]:
    """Return (lift, one-sided p) over strata: Mantel-Haenszel ratio and test (1959).

    A stratum where nothing can vary says nothing. Without any other the lift is 1 and p is 1.
    """
    from scipy.stats import norm

    above = below = seen = expected = variance = 0.0
    for table in tables:
        people = table.people
        if people < 2:
            continue
        above += table.theme_affected * table.unaffected / people
        below += table.theme_unaffected * table.affected / people
        seen += table.theme_affected
        expected += table.theme * table.affected / people
        variance += (
            table.theme
            * (people - table.theme)
            * table.affected
            * table.unaffected
            / (people**2 * (people - 1))
        )
    if variance == 0:
        return 1.0, 1.0
    ratio = above / below if below else float(max(above, 1.0))
    return ratio, float(norm.sf((seen - expected - 0.5) / sqrt(variance)))


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """Return Benjamini-Hochberg (1995) q values in the order given."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.minimum.accumulate(scaled[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(q, 1.0)
    return [float(value) for value in result]


def bayes_factor(counts: OverlapCounts) -> float:
    """Return how much likelier the table is under a real lift than under none (Wakefield 2009)."""
    from scipy.stats import norm

    if lift(counts) is None:
        return 1.0
    centre, error = log_lift(counts)
    if centre <= 0:
        centre = 0.0
    prior, own = PRIOR_LOG_LIFT_SD**2, error**2
    shrink = prior / (own + prior)
    # Both halves of the prior are folded onto lifts above 1, which is all that is claimed.
    exponent = min(centre**2 / own / 2 * shrink, 700.0)
    return sqrt(1 - shrink) * exp(exponent) * 2 * float(norm.cdf(centre / error))
