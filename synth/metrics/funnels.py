"""Funnels: ordered steps within a window, per person from the first touch, by day and by slice."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.core.proportions import Proportion, wilson
from synth.errors import InputError
from synth.metrics.persons import median_interval
from synth.metrics.segments import EVERYBODY, parse_segment, segment_key
from synth.metrics.types import Observation, PersonValue

Times = NDArray[np.datetime64]
Flags = NDArray[np.bool_]

#: Steps a funnel can have, and the longest time from its first step to its last.
MIN_STEPS, MAX_STEPS, LONGEST = 2, 20, timedelta(days=365)

#: People a slice needs to be measured apart; slices of several segments at once that are.
MIN_SLICE, MAX_CELLS = 20, 60

#: People who must have finished a step on a day for their median to stand for the day.
MIN_TIMED = 5

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """What people do in order; who did all before the window ends went through it."""

    id: str
    name: str
    steps: tuple[str, ...]  #: event names
    window: timedelta  #: from a person's first step
    settle_days: int = 0  #: days for which events still arrive

    def conversion(self, step: int) -> str:
        """Return the name of the metric "went on from step number `step`", counted from 1."""
        return f"{self.name}_step_{step}"

    def time(self, step: int) -> str:
        """Return the name of the metric "time on step number `step`"."""
        return f"{self.name}_step_{step}_time"

    def describe(self, step: int) -> str:
        """Return which step a number is: "step 3 (connect, then invite)"."""
        return f"step {step} ({self.steps[step - 1]}, then {self.steps[step]})"


@dataclass(frozen=True, kw_only=True)
class Paths:
    """When each person reached each step; everybody here reached the first."""

    people: Sequence[str]
    times: Times  #: (people, steps), UTC, NaT where a step was not reached


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Which days the log covers."""

    last: datetime  #: up to when events that count are in
    gaps: Collection[datetime]  #: days without any event on which there should be some


@dataclass(frozen=True, kw_only=True)
class Values:
    """Values of one metric: per day and slice, and per person at their first step."""

    observations: Sequence[Observation]
    people: Sequence[PersonValue]


def make_funnel(
    funnel_id: str, *, name: str, steps: Sequence[str], window: timedelta, settle_days: int = 0
) -> Funnel:
    """Return a checked funnel.

    Raises:
        InputError: the name is no word, a step is empty or doubled, too few or many, no window.
    """
    if not NAME.fullmatch(name):
        raise InputError(
            "funnel name",
            found=name[:60] or "nothing",
            expected="letters, digits and _, at most 80",
        )
    if not MIN_STEPS <= len(steps) <= MAX_STEPS:
        raise InputError(
            f"steps of funnel {name}", found=str(len(steps)), expected=f"{MIN_STEPS} to {MAX_STEPS}"
        )
    for number, step in enumerate(steps, start=1):
        if not step.strip() or step in steps[: number - 1]:
            raise InputError(
                f"step {number} of funnel {name}",
                found=f"{step} again" if step.strip() else "nothing",
                expected="an event name that no other step has",
            )
    if not timedelta(seconds=1) <= window <= LONGEST:
        raise InputError(f"window of funnel {name}", found=str(window), expected="1s to 365d")
    return Funnel(
        id=funnel_id, name=name, steps=tuple(steps), window=window, settle_days=settle_days
    )


def judged(funnel: Funnel, paths: Paths, coverage: Coverage) -> Flags:
    """Return whose window is over and has no gap: (people,). The others are not final yet."""
    starts = _days(paths.times[:, 0])
    after = np.timedelta64(round(funnel.window.total_seconds() * 1e6), "us")
    ends = starts + np.timedelta64(DAY_US, "us") + after
    final = np.asarray(ends <= _moment(coverage.last))
    for gap in coverage.gaps:
        start = _moment(gap)
        final &= (ends <= start) | (starts > start)
    return final


def conversion_values(
    funnel: Funnel, paths: Paths, step: int, segments: Mapping[str, Mapping[str, str]], final: Flags
) -> Values:
    """Return the share of those at step number `step` who went on to the next, by day of entry."""
    at_step = ~np.isnat(paths.times[:, step - 1]) & final
    chosen = _chosen(paths, at_step)
    went_on = (~np.isnat(paths.times[at_step, step])).astype(float)
    observations = []
    for key, inside in _slices(chosen.people, segments).items():
        days = chosen.days[inside]
        for day, k, n in _counted(days, went_on[inside]):
            observations.append(_observation(day, k / n, key, k, n))
    return Values(observations=observations, people=_person_values(chosen, went_on))


def time_values(
    funnel: Funnel, paths: Paths, step: int, segments: Mapping[str, Mapping[str, str]], final: Flags
) -> Values:
    """Return the seconds people took on step number `step`: the median by day of entry."""
    done = ~np.isnat(paths.times[:, step]) & final
    chosen = _chosen(paths, done)
    taken = paths.times[done, step] - paths.times[done, step - 1]
    seconds = taken / np.timedelta64(1, "s")
    observations = []
    for key, inside in _slices(chosen.people, segments).items():
        days, own = chosen.days[inside], seconds[inside]
        for day in np.unique(days):
            of_day = own[days == day]
            if len(of_day) >= MIN_TIMED:
                observations.append(_observation(day, float(np.median(of_day)), key))
    return Values(observations=observations, people=_person_values(chosen, seconds))


@dataclass(frozen=True, kw_only=True)
class StepSeen:
    """One step of a funnel in one slice."""

    name: str
    reached: Proportion  #: of those who entered
    went_on: Proportion | None  #: of those who reached it; None at the last step
    seconds: tuple[float, float, float] | None  #: median and its 95 % interval, of who went on


@dataclass(frozen=True, kw_only=True)
class FunnelSeen:
    """A funnel as people of one slice went through it."""

    segment: Mapping[str, str]
    entered: int  #: whose window is over
    steps: Sequence[StepSeen]


def see_funnel(
    funnel: Funnel,
    paths: Paths,
    segments: Mapping[str, Mapping[str, str]],
    final: Flags,
    *,
    by: str | None = None,
) -> list[FunnelSeen]:
    """Return how everybody whose window is over went through, or people by a segment's values."""
    places = [place for place, is_final in enumerate(final) if is_final]
    groups: dict[str, list[int]] = {}
    for place in places:
        value = segments.get(paths.people[place], {}).get(by) if by else None
        if by is None or value is not None:
            groups.setdefault(value or "", []).append(place)
    if by is None:
        return [_seen(funnel, paths.times[groups.get("", [])], {})]
    return [_seen(funnel, paths.times[groups[value]], {by: value}) for value in sorted(groups)]


def _seen(funnel: Funnel, times: Times, segment: Mapping[str, str]) -> FunnelSeen:
    reached = (~np.isnat(times)).sum(axis=0).tolist()
    steps = []
    for number, name in enumerate(funnel.steps):
        last = number + 1 == len(funnel.steps)
        steps.append(
            StepSeen(
                name=name,
                reached=wilson(reached[number], len(times)),
                went_on=None if last else wilson(reached[number + 1], reached[number]),
                seconds=None if last else _typical_seconds(times, number),
            )
        )
    return FunnelSeen(segment=segment, entered=len(times), steps=steps)


def _typical_seconds(times: Times, number: int) -> tuple[float, float, float] | None:
    taken = times[:, number + 1] - times[:, number]
    seconds = (taken[~np.isnat(taken)] / np.timedelta64(1, "s")).tolist()
    return median_interval(seconds) if seconds else None


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    people: list[str]
    entries: Times
    days: Times


def _chosen(paths: Paths, kept: Flags) -> _Chosen:
    people = [one for one, is_kept in zip(paths.people, kept, strict=True) if is_kept]
    entries = paths.times[kept, 0]
    return _Chosen(people=people, entries=entries, days=_days(entries))


def _slices(people: Sequence[str], segments: Mapping[str, Mapping[str, str]]) -> dict[str, Flags]:
    """Return who is in which slice: everybody, each single segment, and all segments at once."""
    own = [segments.get(person, {}) for person in people]
    names = sorted({name for one in own for name in one})
    values = {name: sorted({one[name] for one in own if name in one}) for name in names}
    found = {EVERYBODY: np.ones(len(people), dtype=bool)}
    columns = {
        (name, value): np.array([one.get(name) == value for one in own], dtype=bool)
        for name in names
        for value in values[name]
        if len(values[name]) <= MAX_CELLS
    }
    singles = {
        segment_key({name: value}): inside
        for (name, value), inside in columns.items()
        if inside.sum() >= MIN_SLICE
    }
    count = int(np.prod([len(values[name]) for name in names], dtype=float)) if names else 0
    cells: dict[str, Flags] = {}
    if len(names) > 1 and count <= MAX_CELLS:
        for combination in product(*(values[name] for name in names)):
            pairs = list(zip(names, combination, strict=True))
            inside = np.logical_and.reduce([columns[pair] for pair in pairs])
            if inside.sum() >= MIN_SLICE:
                cells[segment_key(dict(pairs))] = inside
    return found | singles | cells


def _counted(days: Times, hits: NDArray[np.float64]) -> list[tuple[np.datetime64, float, float]]:
    """Return (day, hits, all) of each day."""
    unique, place = np.unique(days, return_inverse=True)
    above = np.bincount(place, weights=hits, minlength=len(unique))
    below = np.bincount(place, minlength=len(unique))
    return list(zip(unique, above.tolist(), below.astype(float).tolist(), strict=True))


def _observation(
    day: np.datetime64,
    value: float,
    key: str,
    numerator: float | None = None,
    denominator: float | None = None,
) -> Observation:
    return Observation(
        ts=to_utc(day),
        value=value,
        numerator=numerator,
        denominator=denominator,
        segment=parse_segment(key),
    )


def _person_values(chosen: _Chosen, values: NDArray[np.float64]) -> list[PersonValue]:
    return [
        PersonValue(participant_id=person, ts=to_utc(entry), value=value)
        for person, entry, value in zip(chosen.people, chosen.entries, values.tolist(), strict=True)
    ]


def _days(times: Times) -> Times:
    return times.astype("datetime64[D]").astype("datetime64[us]")


def _moment(when: datetime) -> np.datetime64:
    return np.datetime64(when.astimezone(UTC).replace(tzinfo=None), "us")


def to_utc(moment: Any) -> datetime:
    """Return a numpy time as a UTC time."""
    found: datetime = moment.astype("datetime64[us]").item()
    return found.replace(tzinfo=UTC)
