"""Finds when a daily series left its level: season removed, robust noise, low-count guards."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass
from math import sqrt

import numpy as np

from synth.metrics.series import DailySeries, Floats

#: Days a series needs before anything is said: three weeks.
MIN_DAYS = 21

#: Days that make a level; fewer are an episode.
BASE_DAYS, MIN_RUN = 14, 3

#: Standard errors by which two levels must differ; the search over days is paid for by it.
THRESHOLD = 4.3

#: Noise units by which one or two days must stand out to be a spike.
SPIKE = 7.0

#: Smaller relative moves are never called anomalies.
MIN_RELATIVE = 0.03

WEEK = 7
MAD_TO_SD = 1.4826


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The days [start, end) on which a series is off its base level."""

    start: int
    end: int
    base_start: int  #: the days compared with: [base_start, start)
    is_open: bool  #: still off on the last day
    z: float  #: standard errors, signed


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A series without season and slow trend, with the weight of each day."""

    raw: Floats
    level: Floats  #: the same with lonely days clipped
    weights: Floats  #: 1 / variance; 0 where the day is missing
    noise: float  #: day-to-day standard deviation


def prepare(series: DailySeries) -> Prepared | None:
    """Return the series ready for comparison, or None if it is too short."""
    if series.observed_days < MIN_DAYS:
        return None
    seen = np.isfinite(series.values)
    days = np.arange(len(series))
    filled = np.interp(days, days[seen], series.values[seen])
    seasonal, rest = _season(filled)
    level = filled - seasonal
    noise = _noise(level, rest)
    variance = np.maximum(noise**2, _counting_variance(series, level))
    weights = np.where(seen, 1 / (variance * _inflation(level, noise)), 0.0)
    clipped = _clip_lonely_days(level, np.sqrt(variance))
    trend = _trend(clipped, weights)
    return Prepared(raw=level - trend, level=clipped - trend, weights=weights, noise=noise)


def find_shifts(series: DailySeries) -> list[Shift]:
    """Return the episodes in which a series was off its base level, in time order."""
    ready = prepare(series)
    if ready is None:
        return []
    edges = _split(ready, 0, len(series))
    spans = list(itertools.pairwise(edges))
    base = _base(spans, ready)
    shifts: list[Shift] = []
    for start, end in spans:
        z = _difference(ready, base, (start, end))
        moved = abs(_mean(ready, start, end) - _mean(ready, *base))
        is_off = abs(z) >= THRESHOLD and moved >= MIN_RELATIVE * abs(_mean(ready, *base))
        if start >= base[1] and is_off:
            _extend(shifts, start, end, z, base=base, length=len(series))
    return shifts + _spikes(series, ready, base, shifts)


def _season(filled: Floats) -> tuple[Floats, Floats]:
    """Return the weekly pattern and what it and the trend leave over (STL, robust)."""
    from statsmodels.tsa.seasonal import STL

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = STL(
            filled, period=WEEK, seasonal=10 * len(filled) + 1, seasonal_deg=0, robust=True
        ).fit()
    return np.asarray(fit.seasonal, dtype=float), np.asarray(fit.resid, dtype=float)


def _noise(level: Floats, rest: Floats) -> float:
    """Return the robust day-to-day deviation: the larger of residual and step based ones."""
    residual = MAD_TO_SD * float(np.median(np.abs(rest - np.median(rest))))
    steps = np.diff(level)
    step_based = MAD_TO_SD * float(np.median(np.abs(steps - np.median(steps)))) / sqrt(2)
    floor = 1e-3 * float(np.median(np.abs(level))) + 1e-9
    return max(residual, step_based, floor)


def _counting_variance(series: DailySeries, level: Floats) -> Floats:
    """Return the variance that mere counting gives each day: binomial, or Poisson for counts."""
    if series.is_share and series.denominators is not None:
        share = np.clip(np.median(level) / series.scale, 0.01, 0.99)
        known = np.where(np.isfinite(series.denominators), series.denominators, 1.0)
        return np.asarray(share * (1 - share) / np.maximum(known, 1.0) * series.scale**2)
    values = series.values[np.isfinite(series.values)]
    is_count = series.denominators is None and bool(np.all((values >= 0) & (values % 1 == 0)))
    return np.full(len(level), float(np.median(values)) if is_count else 0.0)


def _inflation(level: Floats, noise: float) -> float:
    """Return by how much neighbouring days resemble each other: variance factor of a mean."""
    local = level - _rolling_median(level, 15)
    local = np.clip(local, -4 * noise, 4 * noise)
    total = float((local**2).sum())
    rho = float((local[1:] * local[:-1]).sum()) / total if total > 0 else 0.0
    rho = min(max(rho, 0.0), 0.6)
    return (1 + rho) / (1 - rho)


def _clip_lonely_days(level: Floats, deviation: Floats) -> Floats:
    middle = _rolling_median(level, WEEK)
    return np.clip(level, middle - 4 * deviation, middle + 4 * deviation)


def _rolling_median(values: Floats, width: int) -> Floats:
    half = width // 2
    return np.asarray(
        [np.median(values[max(0, day - half) : day + half + 1]) for day in range(len(values))]
    )


def _trend(level: Floats, weights: Floats) -> Floats:
    """Return a straight line from 0 if it explains the series better than one step, else 0."""
    days = np.arange(len(level), dtype=float)
    none = np.zeros(len(level))
    if len(level) < 2 * MIN_DAYS:
        return none
    slope, intercept = np.polyfit(days, level, 1, w=np.sqrt(weights))
    line = float((weights * (level - slope * days - intercept) ** 2).sum())
    flat = float((weights * (level - np.average(level, weights=weights)) ** 2).sum())
    ready = Prepared(raw=level, level=level, weights=weights, noise=0.0)
    _, z = _best_split(ready, 0, len(level))
    return slope * days if flat - line > THRESHOLD**2 and line < flat - z**2 else none


def _mean(ready: Prepared, start: int, end: int) -> float:
    weights = ready.weights[start:end]
    if weights.sum() == 0:
        return float("nan")
    return float(np.average(ready.level[start:end], weights=weights))


def _difference(ready: Prepared, one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return how many standard errors `other` lies above `one`."""
    below, above = ready.weights[slice(*one)].sum(), ready.weights[slice(*other)].sum()
    if below == 0 or above == 0:
        return 0.0
    return (_mean(ready, *other) - _mean(ready, *one)) / sqrt(1 / below + 1 / above)


def _best_split(ready: Prepared, start: int, end: int) -> tuple[int, float]:
    """Return the day that parts [start, end) best, and its |z|; 0 where no day can."""
    weights = ready.weights[start:end]
    total, mass = np.cumsum(weights * ready.level[start:end]), np.cumsum(weights)
    days = np.cumsum(weights > 0)
    if len(days) == 0 or days[-1] < 2 * MIN_RUN:
        return start, 0.0
    left, right = mass[:-1], mass[-1] - mass[:-1]
    allowed = (days[:-1] >= MIN_RUN) & (days[-1] - days[:-1] >= MIN_RUN)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = total[:-1] / left - (total[-1] - total[:-1]) / right
        z = np.where(allowed, np.abs(gap) / np.sqrt(1 / left + 1 / right), 0.0)
    best = int(np.nanargmax(z))
    return start + best + 1, float(z[best])


def _split(ready: Prepared, start: int, end: int) -> list[int]:
    """Return the edges of the levels in [start, end): binary segmentation, then refined."""
    edges = {start, end}
    open_spans = [(start, end)]
    while open_spans:
        low, high = open_spans.pop()
        day, z = _best_split(ready, low, high)
        if z >= THRESHOLD:
            edges.add(day)
            open_spans += [(low, day), (day, high)]
    ordered = sorted(edges)
    for position in range(1, len(ordered) - 1):
        day, z = _best_split(ready, ordered[position - 1], ordered[position + 1])
        if z >= THRESHOLD:
            ordered[position] = day
    return ordered


def _base(spans: list[tuple[int, int]], ready: Prepared) -> tuple[int, int]:
    """Return the first level that lasts two weeks, else the longest."""
    lengths = [int((ready.weights[slice(*span)] > 0).sum()) for span in spans]
    for span, days in zip(spans, lengths, strict=True):
        if days >= BASE_DAYS:
            return span
    return spans[int(np.argmax(lengths))]


def _extend(
    shifts: list[Shift], start: int, end: int, z: float, *, base: tuple[int, int], length: int
) -> None:
    """Add an episode, or lengthen the one before it if that goes on in the same direction."""
    last = shifts[-1] if shifts else None
    if last is not None and last.end == start and (last.z > 0) == (z > 0):
        shifts.pop()
        start, z = last.start, max(last.z, z, key=abs)
    shifts.append(
        Shift(start=start, end=end, base_start=base[0], is_open=end == length, z=round(float(z), 3))
    )


def _spikes(
    series: DailySeries, ready: Prepared, base: tuple[int, int], shifts: list[Shift]
) -> list[Shift]:
    """Return lone days far off, outside the episodes; the three largest."""
    # Weights hold noise and counting error; autocorrelation matters little for a lone day.
    deviation = np.where(ready.weights > 0, 1 / np.sqrt(np.maximum(ready.weights, 1e-300)), np.inf)
    z = (ready.raw - _rolling_median(ready.level, 15)) / deviation
    inside = np.zeros(len(series), dtype=bool)
    for shift in shifts:
        inside[max(0, shift.start - 1) : shift.end + 1] = True
    seen = np.isfinite(series.values)
    off = np.flatnonzero(seen & (np.abs(z) >= SPIKE) & ~inside)
    days = sorted(off, key=lambda day: -abs(z[day]))[:3]
    return [
        Shift(
            start=int(day),
            end=int(day) + 1,
            base_start=base[0],
            is_open=int(day) + 1 == len(series),
            z=round(float(z[day]), 3),
        )
        for day in sorted(days)
        if day >= BASE_DAYS
    ]
