"""Exact comparison of counted days: of few events a normal approximation promises too much."""

from __future__ import annotations

import numpy as np

from synth.metrics.series import RegularSeries, are_counts

#: Counts above this on both sides need no exact test.
MANY = 200

#: The smallest p that is told apart.
SMALLEST_P = 1e-300


def count_z(series: RegularSeries, one: tuple[int, int], other: tuple[int, int]) -> float | None:
    """Return how many standard errors two spans of days differ by exact tests, unsigned.

    Shares take Fisher's exact test, counts the conditional binomial test of two Poisson rates.
    None where the days are not counted, or where there are so many that it makes no difference.
    """
    if series.is_share:
        return _share_z(series, one, other)
    values = series.values
    if series.denominators is not None or not are_counts(values):
        return None
    first, second = values[slice(*one)], values[slice(*other)]
    days = int(np.isfinite(first).sum()), int(np.isfinite(second).sum())
    counts = round(float(np.nansum(first))), round(float(np.nansum(second)))
    return None if min(counts) > MANY or 0 in days else _rate_z(counts, days)


def _share_z(series: RegularSeries, one: tuple[int, int], other: tuple[int, int]) -> float | None:
    from scipy.stats import fisher_exact

    first, second = series.counts(*one), series.counts(*other)
    if first is None or second is None or 0 in (first[1], second[1]):
        return None
    table = [[first[0], first[1] - first[0]], [second[0], second[1] - second[0]]]
    if min(min(row) for row in table) > MANY:
        return None
    return _z(float(fisher_exact(table).pvalue))


def _rate_z(counts: tuple[int, int], days: tuple[int, int]) -> float:
    from scipy.stats import binomtest

    if sum(counts) == 0:
        return 0.0
    return _z(float(binomtest(counts[1], sum(counts), days[1] / sum(days)).pvalue))


def _z(p: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(max(p, SMALLEST_P) / 2))
