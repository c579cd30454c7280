"""The health of an account is its formula, and only a real fall opens a check-in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import InputError
from synth.investigations.health import (
    Formula,
    Measured,
    check_formula,
    group_by_account,
    health_of,
    net_promoter,
)

FORMULA = Formula()
PROMOTERS = (9.0, 10.0, 9.0, 10.0, 7.0)


def measured(**values: object) -> Measured:
    plain = {
        "account": "Acme", "people": 10, "active_days": (100, 100, 80, 60),
        "answers": (PROMOTERS, PROMOTERS), "tickets": (0, 0),
    }  # fmt: skip
    return Measured(**{**plain, **values})


def test_usage_down_by_30_percent_and_nps_down_by_20_points_weigh_as_the_formula_says() -> None:
    # NPS 80 -> 60: one more of five detracts in half the answers; usage 100 -> 70 person-days.
    worse = (9.0, 10.0, 9.0, 10.0, 7.0) * 2
    worse = (*worse[:-1], 5.0)
    health = health_of(
        measured(active_days=(70, 100, 80, 60), answers=(worse, PROMOTERS * 2)), FORMULA
    )
    assert [net_promoter(PROMOTERS), net_promoter(worse)] == [80, 70]
    parts = {part.name: part.score for part in health.parts}
    assert parts == {"usage": 70, "nps": 85, "tickets": 100}
    assert health.now == pytest.approx(0.5 * 70 + 0.25 * 85 + 0.25 * 100)
    assert health.change == pytest.approx(-(0.5 * 30 + 0.25 * 5))
    assert health.has_fallen(FORMULA)
    assert not health.has_fallen(replace(FORMULA, fall=17))


def test_few_people_and_missing_components_raise_no_alarm() -> None:
    few = health_of(measured(people=2, active_days=(10, 100, 0, 0)), FORMULA)
    assert not few.enough
    assert not few.has_fallen(FORMULA)
    gone = health_of(measured(answers=((), PROMOTERS), tickets=()), FORMULA)
    assert [part.name for part in gone.parts] == ["usage"]
    assert gone.change == 0, "no answer is no fall"
    unknown = health_of(measured(active_days=(), answers=(), tickets=()), FORMULA)
    assert (unknown.now, unknown.change) == (None, None)
    assert not unknown.has_fallen(FORMULA)


def test_tickets_pull_the_score_down_by_how_many_people_there_are() -> None:
    health = health_of(measured(tickets=(10, 0)), FORMULA)
    assert {part.name: part.score for part in health.parts}["tickets"] == 50


COUNTS = st.lists(st.integers(0, 500), min_size=4, max_size=4)


@given(
    days=COUNTS,
    answers=st.lists(st.lists(st.integers(0, 10).map(float), max_size=8), min_size=2, max_size=2),
    tickets=st.lists(st.integers(0, 90), min_size=2, max_size=2),
    weights=st.tuples(*[st.floats(0, 3) for _ in range(3)]).filter(lambda w: sum(w) > 0.01),
)
def test_a_score_stays_within_0_and_100_and_nothing_changed_is_no_change(
    days: list[int],
    answers: list[list[float]],
    tickets: list[int],
    weights: tuple[float, float, float],
) -> None:
    formula = Formula(usage=weights[0], nps=weights[1], tickets=weights[2])
    health = health_of(measured(active_days=days, answers=answers, tickets=tickets), formula)
    if health.now is not None:
        assert -1e-9 <= health.now <= 100 + 1e-9
    same = measured(active_days=[days[0]] * 4, answers=[answers[0]] * 2, tickets=[tickets[0]] * 2)
    change = health_of(same, formula).change
    assert change is None or change == pytest.approx(0)


@pytest.mark.parametrize(
    "formula",
    [
        Formula(usage=-1),
        Formula(usage=0, nps=0, tickets=0),
        Formula(fall=0),
        Formula(min_people=0),
    ],
    ids=["negative", "no weight", "no fall", "nobody"],
)
def test_a_formula_that_cannot_be_is_refused(formula: Formula) -> None:
    with pytest.raises(InputError):
        check_formula(formula)


def test_people_without_an_account_belong_to_none() -> None:
    found = group_by_account(
        {"a": {"account": "Acme"}, "b": {"account": " "}, "c": {}, "d": {"account": "Acme "}},
        "account",
    )
    assert found == {"Acme": frozenset({"a", "d"})}
