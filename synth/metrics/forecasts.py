"""What a series of hours or minutes was expected to show, from the points before each."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: The number of a forecast at each point.
Choice = NDArray[np.int64]

#: Days and weeks looked back for the same time of day, and of week.
DAYS_BACK, WEEKS_BACK = 7, 4

#: Points before a plain level looks back over more than a week.
MIN_LEVEL = 50

#: Days or weeks, with their neighbouring points, that a median of the same times needs.
MIN_SAME = 2

#: Days over which forecasts are compared.
COMPARED_DAYS = 7

#: Points a forecast must have been tried on before it is believed.
TRIED = 100

#: A season must leave less than this part of the error that the plain level leaves.
SEASON_GAIN = 0.9

WEEK = 7


def forecasts_of(values: Floats, per_day: int) -> list[Floats]:
    """Return the values expected at each point by each forecast, from earlier points only.

    The median of the last week, of the same time on the last days, and of the same time in the last
    weeks; as far as the series is long enough. NaN where a forecast knows too little.
    """
    found = [_level(values, per_day)]
    if len(values) > MIN_SAME * per_day and per_day > 1:
        found.append(_same_time(values, per_day, DAYS_BACK))
    if len(values) > MIN_SAME * WEEK * per_day:
        found.append(_same_time(values, WEEK * per_day, WEEKS_BACK))
    return found


def choose(values: Floats, forecasts: Sequence[Floats], per_day: int) -> Choice:
    """Return which forecast to believe at each point: the one that was nearest in the last days.

    A season must leave clearly less error than the plain level.
    """
    errors = [_recent_error(values - one, COMPARED_DAYS * per_day) for one in forecasts]
    best, error = np.zeros(len(values), dtype=np.int64), errors[0] * SEASON_GAIN
    for number, (one, own) in enumerate(zip(forecasts, errors, strict=True)):
        tried = np.cumsum(np.isfinite(values - one)) > TRIED
        is_better = np.isfinite(one) & tried & (own < error)
        best, error = np.where(is_better, number, best), np.where(is_better, own, error)
    return best


def _level(values: Floats, per_day: int) -> Floats:
    """Return the median of up to a week before each point, taken anew every hour."""
    level = np.full(len(values), np.nan)
    step, window = max(1, per_day // 24), max(WEEK * per_day, MIN_LEVEL)
    for start in range(step, len(values), step):
        before = values[max(0, start - window) : start]
        before = before[np.isfinite(before)]
        if len(before):
            level[start : start + step] = np.median(before)
    return level


def _same_time(values: Floats, period: int, back: int) -> Floats:
    """Return the median of the points one period ago, two periods ago, and their neighbours."""
    lags = [turn * period + beside for turn in range(1, back + 1) for beside in (-1, 0, 1)]
    before = np.full((len(lags), len(values)), np.nan)
    for row, lag in enumerate(lags):
        if lag < len(values):
            before[row, lag:] = values[: len(values) - lag]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        middle = np.nanmedian(before, axis=0)
    return np.where(np.isfinite(before).sum(axis=0) >= 3 * MIN_SAME, middle, np.nan)


def _recent_error(errors: Floats, window: int) -> Floats:
    """Return the mean absolute error before each point; infinite where there was none yet."""
    seen = np.isfinite(errors)
    total = np.concatenate([[0.0], np.cumsum(np.where(seen, np.abs(errors), 0.0))])
    count = np.concatenate([[0], np.cumsum(seen)])
    end = np.arange(len(errors))
    start = np.maximum(end - window, 0)
    known = count[end] - count[start]
    return np.where(known > 0, (total[end] - total[start]) / np.maximum(known, 1), np.inf)
