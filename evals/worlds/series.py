"""Makes planted daily and hourly series: season, trend, holidays, gaps, noise, and events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from synth.metrics.series import RegularSeries

Floats = NDArray[np.float64]

START = datetime(2025, 1, 6, tzinfo=UTC)  #: a Monday
DAYS, HOURS = 364, 24 * 56

#: Day numbers of the holidays, known to whoever looks at the series.
HOLIDAYS = (25, 102, 150, 353)

#: An event is planted so many standard errors large: sure to be seen by who knows where to look.
CLEAR = (9.0, 14.0)

#: Days or hours without an event before the first, and between two.
APART_DAYS, FIRST_DAY, APART_HOURS, FIRST_HOUR = 45, 60, 96, 24 * 15


class Measured(StrEnum):
    """What the points of a series are."""

    VALUE = "value"  #: means of a continuous quantity
    COUNT = "count"  #: how many
    SHARE = "share"  #: k of n


class EventKind(StrEnum):
    """How a series was moved."""

    SHIFT = "shift"  #: to another level, for good or some weeks
    SPIKE = "spike"  #: one day, or a few hours


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One event: points [start, end) were moved."""

    kind: EventKind
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class PlantedSeries:
    """One series with what was planted in it, in time order."""

    name: str
    measured: Measured
    per_day: int
    values: Floats  #: NaN where a point is missing
    above: Floats | None  #: numerators of a share
    below: Floats | None  #: denominators of a share
    events: tuple[Planted, ...]

    @property
    def months(self) -> float:
        """Return the length in months of 30 days."""
        return len(self.values) / self.per_day / 30

    def regular(self) -> RegularSeries:
        """Return the series as the product holds it."""
        return RegularSeries(
            start=START,
            values=self.values,
            numerators=self.above,
            denominators=self.below,
            step=timedelta(days=1) / self.per_day,
        )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The numbers a series is drawn from."""

    measured: Measured
    per_day: int
    base: float  #: level, rate per point, or chance
    people: float  #: people per point, of a share
    noise: float  #: relative deviation beside counting
    memory: float  #: of the noise, from point to point

    def error(self) -> float:
        """Return the relative standard deviation of one point."""
        counting = {
            Measured.VALUE: 0.0,
            Measured.COUNT: 1 / self.base,
            Measured.SHARE: (1 - self.base) / (self.base * self.people),
        }[self.measured]
        return sqrt(counting + self.noise**2)


def holidays() -> frozenset[date]:
    """Return the dates of the planted holidays."""
    return frozenset((START + timedelta(days=day)).date() for day in HOLIDAYS)


def make_series(seed: int, *, hourly: bool = False, null: bool = False) -> PlantedSeries:
    """Return the series of `seed`; a null one has everything but events."""
    rng = np.random.default_rng([seed, int(hourly), int(null)])
    plan = _plan(rng, hourly=hourly)
    length = HOURS if hourly else DAYS
    events = () if null else tuple(_events(rng, length, hourly=hourly))
    course = _course(rng, plan, length)
    for event in events:
        course[event.start : event.end] *= _size(rng, plan, event)
    above, below, values = _draw(rng, plan, course)
    gone = _gaps(rng, length, plan.per_day)
    values[gone] = np.nan
    for counts in (above, below):
        if counts is not None:
            counts[gone] = np.nan
    return PlantedSeries(
        name=f"{'hourly' if hourly else 'daily'} {seed}{' null' if null else ''}",
        measured=plan.measured,
        per_day=plan.per_day,
        values=values,
        above=above,
        below=below,
        events=events,
    )


def _plan(rng: np.random.Generator, *, hourly: bool) -> _Plan:
    measured = list(Measured)[int(rng.integers(3))]
    return _Plan(
        measured=measured,
        per_day=24 if hourly else 1,
        base={
            Measured.VALUE: float(rng.uniform(5, 500)),
            Measured.COUNT: float(np.exp(rng.uniform(np.log(3), np.log(3000)))),
            Measured.SHARE: float(rng.uniform(0.05, 0.6)),
        }[measured],
        people=float(np.exp(rng.uniform(np.log(100), np.log(3000)))),
        noise=float(rng.uniform(0.02, 0.08)) if measured is not Measured.SHARE else 0.01,
        memory=float(rng.choice([0.0, 0.3, 0.6])),
    )


def _events(rng: np.random.Generator, length: int, *, hourly: bool) -> Iterator[Planted]:
    """Yield one to three events, far enough apart to be told from each other."""
    first, apart = (FIRST_HOUR, APART_HOURS) if hourly else (FIRST_DAY, APART_DAYS)
    at = int(first + rng.integers(apart))
    for _ in range(int(rng.integers(1, 4))):
        kind = EventKind.SHIFT if rng.random() < 0.5 else EventKind.SPIKE
        longest = int(rng.integers(24, 73)) if hourly else int(rng.integers(10, 29))
        width = longest if kind is EventKind.SHIFT else int(rng.integers(2, 5)) if hourly else 1
        if at + width + 10 > length or _near_holiday(at, width, 24 if hourly else 1):
            return
        yield Planted(kind=kind, start=at, end=at + width)
        at += width + int(apart + rng.integers(apart))


def _near_holiday(at: int, width: int, per_day: int) -> bool:
    first, last = at // per_day, (at + width) // per_day
    return any(first - 3 <= day <= last + 3 for day in HOLIDAYS)


def _size(rng: np.random.Generator, plan: _Plan, event: Planted) -> float:
    """Return by what the course is multiplied, so that the event is clear of the noise."""
    width = event.end - event.start
    inflation = (1 + plan.memory) / (1 - plan.memory) if width > 1 else 1.0
    error = plan.error() * sqrt(inflation / width)
    size = max(float(rng.uniform(*CLEAR)) * error, 0.10)
    highest = 0.9 / plan.base - 1 if plan.measured is Measured.SHARE else np.inf
    falls = size > highest or (size < 0.6 and rng.random() < 0.5)
    return 1 - min(size, 0.9) if falls else 1 + size


def _course(rng: np.random.Generator, plan: _Plan, length: int) -> Floats:
    """Return the expected values: level, trend, week, day, holidays and slow noise."""
    point = np.arange(length)
    day = point // plan.per_day
    trend = 1 + float(rng.uniform(-0.15, 0.4)) * float(rng.random() < 0.5) * point / length
    week = 1 - float(rng.uniform(0, 0.4)) * (day % 7 >= 5)
    course = plan.base * trend * week
    if plan.per_day > 1:
        hour = 2 * np.pi * (point % plan.per_day) / plan.per_day
        course = course * (1 + float(rng.uniform(0.1, 0.4)) * np.sin(hour - 2.0))
    if plan.measured is Measured.SHARE:
        course = plan.base * (1 + (course / plan.base - 1) * 0.3)
    else:
        course[np.isin(day, HOLIDAYS)] *= float(rng.uniform(0.3, 0.7))
    return np.asarray(course * (1 + plan.noise * _remembering(rng, length, plan.memory)))


def _remembering(rng: np.random.Generator, length: int, memory: float) -> Floats:
    """Return first-order noise of deviation 1."""
    from scipy.signal import lfilter

    pushes = rng.normal(size=length) * sqrt(1 - memory**2)
    pushes[0] = rng.normal()
    return np.asarray(lfilter([1.0], [1.0, -memory], pushes), dtype=np.float64)


def _draw(
    rng: np.random.Generator, plan: _Plan, course: Floats
) -> tuple[Floats | None, Floats | None, Floats]:
    if plan.measured is Measured.VALUE:
        return None, None, course.copy()
    if plan.measured is Measured.COUNT:
        return None, None, rng.poisson(np.maximum(course, 0.0)).astype(float)
    below = np.asarray(rng.poisson(plan.people, len(course)) + 1.0)
    above = np.asarray(rng.binomial(below.astype(int), np.clip(course, 0, 0.98)), dtype=float)
    return above, below, np.asarray(above / below)


def _gaps(rng: np.random.Generator, length: int, per_day: int) -> NDArray[np.bool_]:
    """Return which points are missing: one in fifty, and now and then some days on end."""
    gone = rng.random(length) < 0.02
    if rng.random() < 0.3:
        start = int(rng.integers(length // 8))
        gone[start : start + int(rng.integers(2, 5)) * per_day] = True
    return np.asarray(gone)
