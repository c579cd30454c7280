"""Alarms matched with events, and the planted series they are measured on."""

from __future__ import annotations

import numpy as np
import pytest

from evals.scorers.events import event_f1, false_per_month, match, recall
from evals.worlds.series import holidays, make_series


@pytest.mark.parametrize(
    ("alarms", "found", "missed", "false"),
    [
        pytest.param([10], 1, 1, 0, id="at the start"),
        pytest.param([7, 53], 2, 0, 0, id="three early, three late"),
        pytest.param([6, 54], 0, 2, 1, id="too early, and too late to be found"),
        pytest.param([10, 22], 1, 1, 0, id="a second alarm on the same event"),
        pytest.param([30], 0, 2, 1, id="between"),
        pytest.param([], 0, 2, 0, id="silence"),
    ],
)
def test_matching_by_hand(alarms: list[int], found: int, missed: int, false: int) -> None:
    matched = match([(10, 20), (50, 60)], alarms, months=2.0, early=3, late=3)
    assert (matched.found, matched.missed, matched.false) == (found, missed, false)
    assert matched.months == 2.0


def test_figures_by_hand() -> None:
    one = match([(10, 20), (50, 60)], [10, 30, 40], months=2.0, early=3, late=3)
    two = match([], [5], months=1.0, early=3, late=3)
    assert event_f1([one, two]) == pytest.approx(2 * 1 / (2 * 1 + 1 + 3))
    assert recall([one, two]) == 0.5
    assert false_per_month([one, two]) == 1.0


@pytest.mark.parametrize("hourly", [False, True])
def test_a_planted_series_is_its_seed(hourly: bool) -> None:
    one, again = make_series(5, hourly=hourly), make_series(5, hourly=hourly)
    other = make_series(6, hourly=hourly)
    np.testing.assert_array_equal(one.values, again.values)
    assert one.events == again.events
    assert one.events
    assert not make_series(5, hourly=hourly, null=True).events
    assert not np.array_equal(one.values, other.values)
    assert len(holidays()) == 4


def test_planted_series_are_of_every_kind_with_gaps() -> None:
    made = [make_series(seed) for seed in range(30)]
    assert {item.measured.value for item in made} == {"value", "count", "share"}
    assert all(np.isnan(item.values).any() for item in made)
    assert {event.kind.value for item in made for event in item.events} == {"shift", "spike"}
