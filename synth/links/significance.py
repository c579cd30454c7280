"""Tests on two-by-two tables of people: lift, exact test, strata, power, false-discovery rate."""

from __future__ import annotations

from collections.abc import Sequence
from math import e, exp, log, sqrt

import numpy as np

from synth.core.proportions import Z95
from synth.links.types import Interval, OverlapCounts


def lift(tables: Sequence[OverlapCounts]) -> Interval | None:
    """Return P(theme | hit) / P(theme | not hit) within the tables, with its 95 % interval.

    The ratio is Mantel and Haenszel's (1959), its error Greenland and Robins' (1985): of one
    table the plain ratio and Katz's error (1978). Where a cell is 0 in all of them, 0.5 is added to
    each, shared among the tables. None where no table has people of both sides, or of the theme.
    """
    both = [one for one in tables if one.affected and one.unaffected]
    if not any(one.theme for one in both):
        return None
    rows = [(t.theme_affected, t.theme_unaffected, t.other_affected, t.other_unaffected)
            for t in both]  # fmt: skip
    cells = np.asarray(rows, dtype=float)
    if not cells.sum(axis=0).all():
        cells += 0.5 / len(cells)
    a, b, c, d = cells.T
    hit, spared, people = a + c, b + d, a + b + c + d
    above, below = (a * spared / people).sum(), (b * hit / people).sum()
    spread = ((a + b) * hit * spared / people**2 - a * b / people).sum()
    centre, error = log(above / below), sqrt(max(spread, 0.0) / (above * below))
    return Interval(
        value=exp(centre), low=exp(centre - Z95 * error), high=exp(centre + Z95 * error)
    )


def exact_p(tables: Sequence[OverlapCounts]) -> float:
    """Return the one-sided exact p: this many theme people among the hit of all tables, or more.

    Each table's margins are held fixed (Birch 1964, Mantel and Haenszel's test without its
    approximation); of one table it is Fisher's. It is 1 where nothing can vary.
    """
    from scipy.stats import hypergeom

    chances, seen = np.ones(1), 0
    for table in tables:
        least = max(0, table.theme + table.affected - table.people)
        most = min(table.theme, table.affected)
        seen += table.theme_affected - least
        if most > least:
            own = hypergeom.pmf(
                np.arange(least, most + 1), table.people, table.theme, table.affected
            )
            chances = np.convolve(chances, own)
    return min(float(chances[seen:].sum()), 1.0)


def power(
    counts: OverlapCounts, tables: Sequence[OverlapCounts], *, true_lift: float, alpha: float
) -> float:
    """Return the chance to notice `true_lift` with these margins (normal approximation).

    `counts` is the table of everybody, `tables` those that are tested: what they cannot tell,
    because use or the like leaves nothing to compare in them, is lost.
    """
    from scipy.stats import norm

    left = _variance(tables)
    if min(counts.theme, counts.affected, counts.unaffected) == 0 or left == 0:
        return 0.0
    share = counts.theme / counts.people
    hit = counts.affected / counts.people
    spared = share / (1 + hit * (true_lift - 1))
    low, high = min(spared, 0.99), min(spared * true_lift, 0.99)
    error = sqrt((1 - high) / (counts.affected * high) + (1 - low) / (counts.unaffected * low))
    error *= sqrt(_variance([counts]) / left)
    return float(norm.cdf(log(high / low) / error - norm.isf(alpha)))


def _variance(tables: Sequence[OverlapCounts]) -> float:
    """Return the variance of the theme people among the hit, margins fixed (hypergeometric)."""
    return sum(
        t.theme * (t.people - t.theme) * t.affected * t.unaffected / (t.people**2 * (t.people - 1))
        for t in tables
        if t.people > 1
    )


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
