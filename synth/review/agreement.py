"""How far reviewers agree beyond chance: Cohen, Fleiss, Krippendorff, with bootstrap intervals.

Units are what is judged (drafts), raters who judges (reviewers), values what they say. Each
coefficient is 1 for perfect agreement and 0 for what chance alone would give.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

#: What each rater said of one unit; who said nothing is not in it.
Unit = Mapping[Hashable, float]
Level = Literal["nominal", "ordinal", "interval"]
Coefficient = Callable[[Sequence[Unit]], float | None]

#: Draws of the interval, and the share of them that it spans.
DRAWS, SPAN = 1000, 0.95


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A coefficient with its interval; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    units: int  #: judged by two or more


def cohen_kappa(units: Sequence[Unit], first: Hashable, second: Hashable) -> float | None:
    """Return Cohen's kappa of two raters over the units both judged.

    kappa = (p_o - p_e) / (1 - p_e); p_e: the product of the raters' own shares of each value.
    Cohen 1960, Educational and Psychological Measurement 20(1). None: nothing both judged, or both
    said one and the same of everything.
    """
    pairs = [(one[first], one[second]) for one in units if first in one and second in one]
    n = len(pairs)
    if not n:
        return None
    observed = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[value] * right[value] for value in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def fleiss_kappa(units: Sequence[Unit]) -> float | None:
    """Return Fleiss' kappa over the units that were judged by the largest common number of raters.

    P_i = (sum of n_ij^2 - n) / (n (n - 1)), P_e = sum of p_j^2, kappa = (mean P - P_e) / (1 - P_e).
    Fleiss 1971, Psychological Bulletin 76(5). None: no unit with two raters, or one value in all.
    """
    sizes = Counter(len(one) for one in units if len(one) >= 2)
    if not sizes:
        return None
    n = max(sizes, key=lambda size: (sizes[size], size))
    tables = [Counter(one.values()) for one in units if len(one) == n]
    each = [(sum(k * k for k in table.values()) - n) / (n * (n - 1)) for table in tables]
    total = sum(tables, Counter())
    expected = sum((k / (n * len(tables))) ** 2 for k in total.values())
    mean = sum(each) / len(each)
    return None if expected == 1 else (mean - expected) / (1 - expected)


def krippendorff_alpha(units: Sequence[Unit], level: Level = "nominal") -> float | None:
    """Return Krippendorff's alpha; any number of raters, missing values left out.

    alpha = 1 - (n - 1) * sum o_ck d_ck / sum n_c n_k d_ck over the coincidence matrix o, where a
    unit with m values adds 1 / (m - 1) for each ordered pair of them. Krippendorff 2011, "Computing
    Krippendorff's Alpha-Reliability". None: fewer than two values that can be paired, or one value
    in all.
    """
    coincidences: defaultdict[tuple[float, float], float] = defaultdict(float)
    for one in units:
        values = list(one.values())
        if len(values) >= 2:
            for pair in permutations(values, 2):
                coincidences[pair] += 1 / (len(values) - 1)
    totals: defaultdict[float, float] = defaultdict(float)
    for (value, _), weight in coincidences.items():
        totals[value] += weight
    n = sum(totals.values())
    distance = _distance(level, totals)
    seen = sum(weight * distance(a, b) for (a, b), weight in coincidences.items())
    chance = sum(totals[a] * totals[b] * distance(a, b) for a in totals for b in totals)
    return None if not chance else 1 - (n - 1) * seen / chance


def with_interval(units: Sequence[Unit], coefficient: Coefficient, *, seed: int) -> Agreement:
    """Return a coefficient with its 95 % percentile interval over units drawn again.

    Efron 1979. Draws in which it is not defined are left out; under half of them defined, or under
    two units, there is no interval.
    """
    judged = [one for one in units if len(one) >= 2]
    value = coefficient(judged)
    if value is None or len(judged) < 2:
        return Agreement(value=value, low=None, high=None, units=len(judged))
    rng = random.Random(seed)
    drawn = (coefficient(rng.choices(judged, k=len(judged))) for _ in range(DRAWS))
    found = sorted(one for one in drawn if one is not None)
    if 2 * len(found) < DRAWS:
        return Agreement(value=value, low=None, high=None, units=len(judged))
    edge = (1 - SPAN) / 2
    low, high = found[int(edge * len(found))], found[int((1 - edge) * len(found)) - 1]
    return Agreement(value=value, low=min(low, value), high=max(high, value), units=len(judged))


def _distance(level: Level, totals: Mapping[float, float]) -> Callable[[float, float], float]:
    if level == "nominal":
        return lambda a, b: float(a != b)
    if level == "interval":
        return lambda a, b: (a - b) ** 2
    ordered = sorted(totals)

    def ordinal(a: float, b: float) -> float:
        low, high = sorted((a, b))
        between = sum(totals[value] for value in ordered if low <= value <= high)
        return (between - (totals[a] + totals[b]) / 2) ** 2

    return ordinal
