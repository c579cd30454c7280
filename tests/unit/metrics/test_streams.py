"""Alarms of a stream: from the past alone, once per event, calibrated on the series itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from synth.metrics.streams import SENSITIVE, find_alarms
from synth.metrics.tails import tail_scores

PER_DAY = 24


def hours(days: int = 28, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    hour = np.arange(days * PER_DAY)
    return 100 * (1 + 0.4 * np.sin(hour * 2 * np.pi / PER_DAY)) + rng.normal(0, 3, len(hour))


def test_a_daily_season_alone_raises_no_alarm() -> None:
    assert [find_alarms(hours(seed=seed), per_day=PER_DAY) for seed in range(5)] == [[]] * 5


def test_a_value_that_is_usual_at_another_hour_is_an_alarm() -> None:
    values = hours()
    values[500:503] = values[488:491]
    alarm, *more = find_alarms(values, per_day=PER_DAY)
    assert 500 <= alarm.point < 503
    assert all(one.point < 515 for one in more)
    assert abs(alarm.observed - alarm.expected) > 20


def test_later_points_never_change_an_alarm() -> None:
    values = hours(seed=3)
    values[400:404] += 40
    values[600:] -= 50
    whole = find_alarms(values, per_day=PER_DAY, limit=SENSITIVE)
    for end in (402, 450, 601, 640):
        assert find_alarms(values[:end], per_day=PER_DAY, limit=SENSITIVE) == [
            alarm for alarm in whole if alarm.point < end
        ]


def test_one_event_is_one_alarm_and_a_worse_one_a_second() -> None:
    values = hours(seed=4)
    values[500:510] += 30
    values[505:510] += 300
    alarms = find_alarms(values, per_day=PER_DAY)
    assert alarms[0].point in (500, 501)
    assert 505 in [alarm.point for alarm in alarms]
    assert all(
        later.point - one.point > PER_DAY or later.score > one.score + 1
        for one, later in itertools.pairwise(alarms)
    )


def test_a_heavy_tailed_series_is_judged_by_its_own_extremes() -> None:
    rng = np.random.default_rng(5)
    heavy = np.abs(rng.standard_t(2, 4000))
    light = np.abs(rng.normal(size=4000))
    assert (tail_scores(heavy) >= 4).sum() <= 4
    heavy[3000] = light[3000] = 12.0
    assert tail_scores(light)[3000] > 5 > tail_scores(heavy)[3000]


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_flat_line_is_quiet_until_it_moves(value: float) -> None:
    values = np.full(600, value)
    assert find_alarms(values, per_day=PER_DAY) == []
    values[500] += 1
    assert [alarm.point for alarm in find_alarms(values, per_day=PER_DAY)] == [500]


def test_missing_points_are_no_alarm() -> None:
    values = hours(seed=6)
    values[300:330] = np.nan
    assert find_alarms(values, per_day=PER_DAY) == []
