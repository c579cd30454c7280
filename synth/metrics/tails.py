"""How unlikely is a departure, judged by the departures of the same series before it?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Departures beyond this quantile of the past shape the tail.
TAIL_FROM = 0.95

#: Points before anything is judged, and how many are judged with one fit.
LEARNING, REFIT = 100, 50

#: Exceedances a tail needs, and the heaviest tail believed.
MIN_EXCESSES, HEAVIEST = 4, 0.9

#: Departures under this part of the usual size are rounding, not movement.
ROUNDING = 1e-9


def tail_scores(departures: Floats) -> Floats:
    """Return -log10 of the chance of so large a departure; 0 where it is usual or not known.

    The size of the departure is set against a generalised Pareto tail of the sizes before it (peaks
    over threshold, fitted by probability weighted moments, Hosking and Wallis 1987). Only the past
    is used, so that a score never changes when later points arrive. NaN are points without a value.
    """
    sizes = np.abs(departures)
    scores = np.zeros(len(sizes))
    for start in range(LEARNING, len(sizes), REFIT):
        past = sizes[:start]
        past = past[np.isfinite(past)]
        if len(past) >= LEARNING:
            scores[start : start + REFIT] = _score(sizes[start : start + REFIT], past)
    return np.nan_to_num(scores)


def _score(sizes: Floats, past: Floats) -> Floats:
    limit = float(np.quantile(past, TAIL_FROM))
    excesses = np.sort(past[past > limit] - limit)
    floor = ROUNDING * (limit + 1.0)
    shape, scale = _pareto(excesses, floor) if len(excesses) >= MIN_EXCESSES else (0.0, floor)
    beyond = np.maximum((sizes - limit) / scale, 0.0)
    tail = np.log1p(shape * beyond) / shape if shape > 0 else beyond
    return np.where(beyond > 0, -np.log10(1 - TAIL_FROM) + tail / np.log(10), 0.0)


def _pareto(excesses: Floats, floor: float) -> tuple[float, float]:
    """Return (shape, scale) of a generalised Pareto tail; `excesses` in order, all positive."""
    count = len(excesses)
    mean = float(excesses.mean())
    falling = float((excesses * (1 - np.arange(count) / (count - 1))).mean())
    shape = 2 - mean / (mean - 2 * falling) if mean - 2 * falling > floor else HEAVIEST
    shape = min(max(shape, 0.0), HEAVIEST)
    return shape, max(mean * (1 - shape), floor)
