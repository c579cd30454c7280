"""The NAB score on cases worked by hand, and the peers it is run on."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from evals.peers import seasonal_esd, windowed_gaussian
from evals.scorers.nab import points_of, score_alarms

LENGTH, WINDOWS = 1000, [(300, 399), (700, 799)]


def points(*alarms: int) -> float:
    return points_of([score_alarms(LENGTH, WINDOWS, alarms)])


def sigmoid(position: float) -> float:
    return 2 / (1 + exp(5 * position)) - 1


@pytest.mark.parametrize(
    ("alarms", "expected"),
    [
        pytest.param((), 0.0, id="silence is null"),
        pytest.param((300, 700), 100.0, id="the first point of each window is perfect"),
        pytest.param((300,), 50.0, id="half of the windows"),
        pytest.param((300, 301, 399, 700), 100.0, id="a second alarm in a window changes nothing"),
        pytest.param(
            (350, 700),
            100 * (sigmoid(-0.5) / sigmoid(-1) + 1 + 2) / 4,
            id="half way in is worth 0.848 of 0.987",
        ),
        pytest.param(
            (399, 700), 100 * (sigmoid(-0.01) / sigmoid(-1) + 1 + 2) / 4, id="the last point"
        ),
        pytest.param((299, 300, 700), 100 - 100 * 0.11 / 4, id="one point early is a false alarm"),
        pytest.param(
            (300, 400, 700), 100 + 100 * 0.11 * sigmoid(1 / 99) / 4, id="just behind costs little"
        ),
        pytest.param((300, 699, 700), 100 - 100 * 0.11 / 4, id="far behind costs all"),
        pytest.param((100, 149, 300, 700), 100.0, id="alarms while learning are not scored"),
        pytest.param((150, 300, 700), 100 - 100 * 0.11 / 4, id="the first scored point"),
    ],
)
def test_points_by_hand(alarms: tuple[int, ...], expected: float) -> None:
    assert points(*alarms) == pytest.approx(expected, abs=1e-9)


def test_earlier_is_never_worse() -> None:
    values = [points(alarm) for alarm in range(300, 400)]
    assert values == sorted(values, reverse=True)


def test_a_series_without_windows_only_costs() -> None:
    quiet, loud = score_alarms(LENGTH, [], []), score_alarms(LENGTH, [], [500, 900])
    assert (quiet.raw, loud.raw) == (0.0, pytest.approx(-0.22))
    assert np.isnan(points_of([quiet]))


def test_an_alarm_at_every_point_is_far_below_null() -> None:
    assert points(*range(LENGTH)) < -500


def test_windowed_gaussian_by_hand() -> None:
    """Points 0, 2, 1: mean 1 and deviation 1 before the fourth, which lies one deviation up."""
    scores = windowed_gaussian.score(np.array([0.0, 2.0, 0.0, 2.0, 2.0]))
    assert scores[0] == 0.0
    assert scores[4] == pytest.approx(1 - 0.158655, abs=1e-5)


def test_windowed_gaussian_slides_by_whole_steps() -> None:
    values = np.concatenate([np.zeros(6400), np.full(100, 8.0), [8.0]])
    values[::2] += 1.0
    before = windowed_gaussian.score(values[:6500])
    assert before[6499] == pytest.approx(before[6401], abs=1e-12)
    assert windowed_gaussian.score(values)[6500] < before[6498]


def test_seasonal_esd_finds_what_breaks_the_season() -> None:
    rng = np.random.default_rng(1)
    values = 10 * np.sin(np.arange(480) * 2 * np.pi / 24) + rng.normal(0, 0.3, 480)
    values[[100, 333]] += (6.0, -6.0)
    assert seasonal_esd.outliers(values, period=24, most=0.02).tolist() == [100, 333]
