"""Seasonal hybrid ESD (Hochenbaum, Vallis and Kejariwal 2017), as Twitter described it.

The whole series is seen at once: the season and the median are taken away, then the point with the
largest distance in MADs is removed again and again, and the generalised ESD test says how many of
these are outliers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = NDArray[np.int64]

MAD_TO_SD = 1.4826


def outliers(values: Floats, *, period: int, most: float, alpha: float = 0.05) -> Points:
    """Return the points called outliers, in order; at most the share `most` of all."""
    from scipy.stats import t as student

    rest = _without_season(values, period)
    rest = rest - np.median(rest)
    count = max(1, int(most * len(values)))
    alive = np.ones(len(values), dtype=bool)
    removed: list[int] = []
    found = 0
    for turn in range(1, count + 1):
        kept = rest[alive]
        middle = float(np.median(kept))
        spread = MAD_TO_SD * float(np.median(np.abs(kept - middle)))
        if spread == 0:
            break
        distance = np.where(alive, np.abs(rest - middle) / spread, -1.0)
        worst = int(np.argmax(distance))
        left = len(values) - turn + 1
        quantile = float(student.ppf(1 - alpha / (2 * left), left - 2))
        limit = quantile * (left - 1) / np.sqrt((left - 2 + quantile**2) * left)
        removed.append(worst)
        alive[worst] = False
        if distance[worst] > limit:
            found = turn
    return np.sort(np.asarray(removed[:found], dtype=np.int64))


def _without_season(values: Floats, period: int) -> Floats:
    """Return the values without the median of their place in the period."""
    if len(values) < 2 * period:
        return values
    place = np.arange(len(values)) % period
    season = np.array([np.median(values[place == one]) for one in range(period)])
    return np.asarray(values - (season - np.median(season))[place])
