"""Tests on two-by-two tables of people: lift, exact test, strata, power, false-discovery rate."""

from __future__ import annotations

from collections.abc import Sequence
from math import e, exp, log, sqrt

import numpy as np

from synth.core.proportions import Z95
from synth.links.types import Interval, OverlapCounts


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
    """Return the one-sided Fisher exact p: this many theme people among the hit, or more.

    It is 1 where nobody was both heard and measured.
    """
    from scipy.stats import hypergeom

    if counts.people == 0:
        return 1.0
    return float(
        hypergeom.sf(counts.theme_affected - 1, counts.people, counts.theme, counts.affected)
    )


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


def shares_differ(tables: Sequence[OverlapCounts]) -> float:
    """Return the p of the chi-square test that the same share of people is hit in all themes."""
    from scipy.stats import chi2_contingency

    hit = [[table.theme_affected, table.theme_unaffected] for table in tables]
    if not all(np.sum(hit, axis=0)):
        return 1.0
    return float(chi2_contingency(hit).pvalue)


def false_discovery(p_values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return Benjamini-Hochberg q values in the order given, weighted (Genovese et al. 2006).

    A weight says, without looking at the p value, how far a pair is to be believed; their mean
    must not pass 1. A pair of weight 0 has q = 1.
    """
    weight = np.asarray(weights, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(weight > 0, np.asarray(p_values, dtype=float) / weight, np.inf)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.minimum.accumulate(scaled[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(q, 1.0)
    return [float(value) for value in result]


def bayes_factor(p: float) -> float:
    """Return how much likelier a p value is under a real effect than by chance, at most.

    The bound 1 / (-e p ln p) of Sellke, Bayarri and Berger (2001); 1 where p is not below 1 / e.
    It stays fair to tables with an empty cell, whose lift has no use as a number.
    """
    return 1.0 if p >= 1 / e else 1 / (-e * max(p, 1e-300) * log(max(p, 1e-300)))
