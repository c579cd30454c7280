"""Finds when a series left its level, and the lone days or hours that were far off."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt

import numpy as np

from synth.metrics.counting import count_z
from synth.metrics.levels import Ready, make_ready, rolling_median, without_slope
from synth.metrics.series import Floats, RegularSeries

#: Points that make a level, at least two days; fewer are an episode.
BASE, BASE_DAYS, MIN_RUN = 14, 2, 3

#: Points, at least a week, after which a level is the usual one.
NEW_NORMAL, NEW_NORMAL_DAYS = 56, 7

#: Standard errors by which two levels must differ; the search over points is paid for by it, here
#: over twelve weeks of days.
THRESHOLD, SEARCHED = 4.3, 84

#: So much more for an episode inside a span, whose both ends are searched for.
BOTH_ENDS = 0.8

#: Standard errors of slope that make a trend: any growth is likelier than a step.
SLOPE = 3.5

#: Deviations by which a lone day must stand out, from the days around it.
SPIKE, AROUND = 6.0, 15

#: Lone days kept: of heavy-tailed series only the largest, one in so many days, three at least.
DAYS_PER_SPIKE, MIN_SPIKES = 100, 3

#: Smaller relative moves are never called anomalies.
MIN_RELATIVE = 0.03

#: Days of [start, end).
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The days [start, end) on which a series is off its base level."""

    start: int
    end: int
    base_start: int  #: the days compared with: [base_start, start)
    is_open: bool  #: still off on the last day
    z: float  #: standard errors, signed


def find_shifts(series: RegularSeries, *, closed: Collection[date] = ()) -> list[Shift]:
    """Return the episodes in which a series was off its usual level, in time order.

    Days in `closed` are not judged. A level that lasts eight weeks (of hours: one) is the usual one
    from then on.
    """
    ready = make_ready(series, closed=closed)
    if ready is None:
        return []
    limit = _limit(len(series))
    ready, spans = _levels(ready, limit)
    shifts = _episodes(series, ready, spans, limit)
    return sorted(shifts + _spikes(series, ready, spans, shifts), key=lambda shift: shift.start)


def _limit(points: int) -> float:
    """Return the standard errors that a difference needs, found among so many points."""
    return sqrt(THRESHOLD**2 + 2 * log(max(points / SEARCHED, 1.0)))


def _levels(ready: Ready, limit: float) -> tuple[Ready, list[Span]]:
    """Return the spans of equal level; a slope is taken away first if it spares two steps."""
    flat = _split(ready, limit)
    best, best_cost = (ready, flat), _cost(ready, flat) - SLOPE**2
    line = without_slope(ready, _slope(ready, []))
    step, _ = _best_split(line, 0, len(ready.level))
    for straight in (line, without_slope(ready, _slope(ready, [step]))):
        spans = _split(straight, limit)
        fitted = without_slope(ready, _slope(ready, [start for start, _ in spans[1:]]))
        if _cost(fitted, spans) < best_cost:
            best, best_cost = (fitted, spans), _cost(fitted, spans)
    return best


def _slope(ready: Ready, steps: Sequence[int]) -> float:
    """Return the slope per point of best fit, together with these steps of any size."""
    points = np.arange(len(ready.level))
    columns = [points - points.mean(), np.ones(len(points)), *(points >= step for step in steps)]
    root = np.sqrt(ready.weights)
    fit = np.linalg.lstsq(np.stack(columns, axis=1) * root[:, None], ready.level * root, rcond=None)
    return float(fit[0][0])


def _cost(ready: Ready, spans: list[Span]) -> float:
    rest = sum(
        float((ready.weights[a:b] * (ready.level[a:b] - ready.mean(a, b)) ** 2).sum())
        for a, b in spans
    )
    return rest + THRESHOLD**2 * (len(spans) - 1)


def _split(ready: Ready, limit: float) -> list[Span]:
    """Return the spans of equal level: steps and episodes are searched for, then refined."""
    edges = {0, len(ready.level)}
    open_spans = [(0, len(ready.level))]
    while open_spans:
        low, high = open_spans.pop()
        day, z = _best_split(ready, low, high)
        inner, inner_z = _best_episode(ready, low, high)
        if inner_z >= limit + BOTH_ENDS and inner_z > z:
            cut = [low, *inner, high]
        elif z >= limit:
            cut = [low, day, high]
        else:
            continue
        edges.update(cut)
        open_spans += itertools.pairwise(cut)
    ordered = sorted(edges)
    for position in range(1, len(ordered) - 1):
        day, z = _best_split(ready, ordered[position - 1], ordered[position + 1])
        if z >= limit:
            ordered[position] = day
    return list(itertools.pairwise(ordered))


def _best_episode(ready: Ready, start: int, end: int) -> tuple[Span, float]:
    """Return the days inside [start, end) that differ most from the rest of it, and their |z|."""
    weights = ready.weights[start:end]
    total = np.concatenate([[0.0], np.cumsum(weights * ready.level[start:end])])
    mass = np.concatenate([[0.0], np.cumsum(weights)])
    best, best_z = (start, end), 0.0
    width = MIN_RUN
    while width <= (end - start) // 2:
        inside, own = mass[width:] - mass[:-width], total[width:] - total[:-width]
        rest = mass[-1] - inside
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = own / inside - (total[-1] - own) / rest
            z = np.nan_to_num(np.abs(gap) / np.sqrt(1 / inside + 1 / rest))[MIN_RUN:-MIN_RUN]
        if len(z) and float(z.max()) > best_z:
            first = start + MIN_RUN + int(np.argmax(z))
            best, best_z = (first, first + width), float(z.max())
        width += max(1, width // 4)
    return best, best_z


def _best_split(ready: Ready, start: int, end: int) -> tuple[int, float]:
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


def _episodes(series: RegularSeries, ready: Ready, spans: list[Span], limit: float) -> list[Shift]:
    """Return the spans off the usual level, neighbours in one direction as one."""
    usual = _first_usual(spans, ready, max(BASE, BASE_DAYS * series.per_day))
    shifts: list[Shift] = []
    for span in spans:
        if span[0] < usual[1]:
            continue
        z = _difference(series, ready, usual, span)
        if abs(z) >= limit and _is_large(ready, usual, span):
            _extend(shifts, span, z, usual=usual, length=len(series))
        if _judged(ready, span) >= max(NEW_NORMAL, NEW_NORMAL_DAYS * series.per_day):
            usual = span
    return shifts


def _first_usual(spans: list[Span], ready: Ready, points: int) -> Span:
    """Return the first level that lasts so many points, else the longest."""
    for span in spans:
        if _judged(ready, span) >= points:
            return span
    return max(spans, key=lambda span: _judged(ready, span))


def _judged(ready: Ready, span: Span) -> int:
    return int((ready.weights[slice(*span)] > 0).sum())


def _difference(series: RegularSeries, ready: Ready, usual: Span, span: Span) -> float:
    """Return how many standard errors a span lies above the usual level.

    Where days are counted, the exact test of the counts has a say too: of few events a normal
    approximation promises too much.
    """
    below, above = ready.weights[slice(*usual)].sum(), ready.weights[slice(*span)].sum()
    if below == 0 or above == 0:
        return 0.0
    z = (ready.mean(*span) - ready.mean(*usual)) / sqrt(1 / below + 1 / above)
    counted = count_z(series, usual, span)
    if counted is None:
        return float(z)
    limit = abs(counted) / sqrt(ready.dispersion)
    return float(np.sign(z) * min(abs(z), limit))


def _is_large(ready: Ready, usual: Span, span: Span) -> bool:
    moved = abs(ready.mean(*span) - ready.mean(*usual))
    return moved >= MIN_RELATIVE * (1.0 if ready.is_ratio else abs(ready.mean(*usual)))


def _extend(shifts: list[Shift], span: Span, z: float, *, usual: Span, length: int) -> None:
    """Add an episode, or lengthen the one before it if that goes on in the same direction."""
    start, end = span
    last = shifts[-1] if shifts else None
    goes_on = last is not None and last.end == start and last.base_start == usual[0]
    if last is not None and goes_on and (last.z > 0) == (z > 0):
        shifts.pop()
        start, z = last.start, max(last.z, z, key=abs)
    shifts.append(
        Shift(start=start, end=end, base_start=usual[0], is_open=end == length, z=round(z, 3))
    )


def _spikes(
    series: RegularSeries, ready: Ready, spans: list[Span], shifts: list[Shift]
) -> list[Shift]:
    """Return lone days far off the days around them, outside the episodes."""
    z = _departures(ready) / ready.deviation
    inside = np.zeros(len(series), dtype=bool)
    for shift in shifts:
        inside[max(0, shift.start - 1) : shift.start + MIN_RUN] = True
        inside[max(0, shift.end - 1) : shift.end + 1] = True
    off = [int(day) for day in np.flatnonzero((np.abs(z) >= SPIKE) & ~inside) if day >= BASE]
    most = max(MIN_SPIKES, len(series) // DAYS_PER_SPIKE)
    largest = sorted(off, key=lambda day: -abs(z[day]))[:most]
    spikes: list[Shift] = []
    for day in sorted(largest):
        if _is_rare_count(series, day):
            base = next(start for start, end in spans if start <= day < end)
            _extend(spikes, (day, day + 1), float(z[day]), usual=(base, day), length=len(series))
    return spikes


def _departures(ready: Ready) -> Floats:
    """Return how far each day is from those around it; of ratio and difference the larger."""
    off = ready.raw - rolling_median(ready.level, AROUND)
    return np.maximum(off, np.expm1(off)) if ready.is_ratio else off


def _is_rare_count(series: RegularSeries, day: int) -> bool:
    """Return whether a lone day's count is beyond chance too, where days are counted."""
    around = max(0, day - AROUND), day
    counted = count_z(series, around, (day, day + 1))
    return counted is None or abs(counted) >= THRESHOLD
