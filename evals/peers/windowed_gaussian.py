"""Windowed Gaussian: how far in the tail of the last thousands of points does a point lie?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Points the mean and deviation are of, and how many go by before both are taken anew.
WINDOW, STEP = 6400, 100

#: Stands for the deviation of a window that has none.
NO_SPREAD = 1e-6


def score(values: Floats) -> Floats:
    """Return per point 1 less the normal tail beyond it, from points before it only."""
    from scipy.stats import norm

    means, spreads = _windows(values)
    scores = 1 - norm.sf(np.abs(values - means) / spreads)
    scores[0] = 0.0
    return np.asarray(scores, dtype=np.float64)


def _windows(values: Floats) -> tuple[Floats, Floats]:
    """Return mean and deviation before each point: growing, then sliding by whole steps."""
    total = np.concatenate([[0.0], np.cumsum(values - values[0])])
    squares = np.concatenate([[0.0], np.cumsum((values - values[0]) ** 2)])
    points = np.arange(len(values))
    late = np.maximum(points - WINDOW, 0) // STEP * STEP
    end = np.where(points <= WINDOW, points, WINDOW + late)
    n = np.maximum(end - late, 1)
    mean = (total[end] - total[late]) / n
    variance = np.maximum((squares[end] - squares[late]) / n - mean**2, 0.0)
    spread = np.sqrt(variance)
    return mean + values[0], np.where(spread > 0, spread, NO_SPREAD)
