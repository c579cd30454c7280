"""Levels and lone days of daily and hourly series: what is an event, and what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from synth.metrics.series import DAY, HOUR, RegularSeries
from synth.metrics.shifts import Shift, find_shifts

START = datetime(2026, 1, 5, tzinfo=UTC)


def series(
    values: np.ndarray, below: np.ndarray | None = None, step: timedelta = DAY
) -> RegularSeries:
    if below is None:
        return RegularSeries(
            start=START, values=values, numerators=None, denominators=None, step=step
        )
    return RegularSeries(
        start=START, values=values / below, numerators=values, denominators=below, step=step
    )


def remembering(rng: np.random.Generator, length: int, memory: float) -> np.ndarray:
    noise = rng.normal(size=length)
    for point in range(1, length):
        noise[point] = memory * noise[point - 1] + np.sqrt(1 - memory**2) * noise[point]
    return noise


def week(length: int, depth: float = 0.3) -> np.ndarray:
    return 1 - depth * (np.arange(length) % 7 >= 5)


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.6, 0.8])
def test_noise_that_lasts_is_no_shift(memory: float) -> None:
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 84])
        noise = 0.05 * remembering(rng, 84, memory)
        alarms += bool(find_shifts(series(1000 * week(84) * (1 + noise))))
    assert alarms <= 1


@pytest.mark.parametrize("rate", [0.3, 1.0, 3.0, 20.0])
def test_low_counts_alone_raise_nothing(rate: float) -> None:
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, 7])
        alarms += bool(find_shifts(series(rng.poisson(rate * week(180)).astype(float))))
    assert alarms <= 1


def test_a_fall_of_low_counts_is_found() -> None:
    rng = np.random.default_rng(3)
    rate = np.where(np.arange(120) < 70, 4.0, 1.0) * week(120)
    [shift] = find_shifts(series(rng.poisson(rate).astype(float)))
    assert abs(shift.start - 70) <= 4
    assert shift.is_open
    assert shift.z < 0


def test_a_share_of_few_people_a_day_is_found() -> None:
    rng = np.random.default_rng(5)
    below = rng.poisson(6, 140) + 1.0
    above = rng.binomial(below.astype(int), np.where(np.arange(140) < 80, 0.5, 0.12)).astype(float)
    [shift] = find_shifts(series(above, below))
    assert abs(shift.start - 80) <= 4


def test_an_episode_in_the_middle_of_a_year_is_found_with_both_ends() -> None:
    rng = np.random.default_rng(2)
    values = 1000 * week(364) * (1 + 0.04 * rng.normal(size=364))
    values[200:214] *= 0.85
    [shift] = find_shifts(series(values))
    assert (abs(shift.start - 200) <= 1, abs(shift.end - 214) <= 1) == (True, True)
    assert not shift.is_open


def test_a_new_level_is_the_usual_one_after_eight_weeks() -> None:
    rng = np.random.default_rng(4)
    values = 1000 * (1 + 0.03 * rng.normal(size=364))
    values[120:] *= 1.2
    values[250:] *= 1.2
    shifts = find_shifts(series(values))
    assert [abs(shift.start - day) <= 1 for shift, day in zip(shifts, (120, 250), strict=True)]
    assert all(shift.z > 0 for shift in shifts)


def test_growth_with_a_step_is_one_shift_at_the_step() -> None:
    rng = np.random.default_rng(6)
    values = 1000 * np.exp(np.arange(364) * 0.0012) * week(364) * (1 + 0.03 * rng.normal(size=364))
    values[220:] *= 0.8
    [shift] = find_shifts(series(values))
    assert abs(shift.start - 220) <= 1


def test_a_lone_day_is_a_spike_but_a_known_holiday_is_none() -> None:
    rng = np.random.default_rng(8)
    values = 1000 * week(180) * (1 + 0.04 * rng.normal(size=180))
    values[101] *= 0.5
    assert [(s.start, s.end) for s in find_shifts(series(values))] == [(101, 102)]
    holiday = (START + 101 * DAY).date()
    assert find_shifts(series(values), closed={holiday, date(2031, 1, 1)}) == []


def test_hours_are_compared_with_the_same_hour_of_the_week() -> None:
    rng = np.random.default_rng(9)
    hours = np.arange(24 * 42)
    course = 500 * week(42).repeat(24) * (1 + 0.4 * np.sin(hours * 2 * np.pi / 24))
    values = course * (1 + 0.03 * rng.normal(size=len(hours)))
    assert find_shifts(series(values, step=HOUR)) == []
    values[700:712] *= 0.8
    [shift] = find_shifts(series(values, step=HOUR))
    assert (abs(shift.start - 700) <= 1, abs(shift.end - 712) <= 1) == (True, True)


def test_missing_days_carry_no_weight() -> None:
    rng = np.random.default_rng(10)
    values = 100 * (1 + 0.05 * rng.normal(size=120))
    values[60:] *= 0.7
    values[rng.random(120) < 0.3] = np.nan
    [shift] = find_shifts(series(values))
    assert isinstance(shift, Shift)
    assert abs(shift.start - 60) <= 2


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5, 10])
def test_a_collapse_on_the_last_days_is_clear_at_once(days: int) -> None:
    for seed in range(4):
        values = np.random.default_rng(seed).poisson(1000, 60).astype(float)
        values[-days:] //= 5
        [shift] = find_shifts(series(values))
        assert 0 <= 60 - days - shift.start <= 1
        assert shift.is_open
        assert days == 2 or shift.z < -15
