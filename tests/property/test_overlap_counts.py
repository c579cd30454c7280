"""Whatever the people are: the tables count each person once and the tests stay in range."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.links import significance
from synth.links.overlap import count_by_strata, count_people
from synth.links.types import OverlapCounts
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good

PEOPLE = st.frozensets(st.sampled_from([f"p{n}" for n in range(25)]))
CELLS = st.integers(0, 60)


def anomaly(affected: frozenset[str], unaffected: frozenset[str]) -> AnomalyPeople:
    return AnomalyPeople(
        anomaly=Anomaly(
            id="a",
            metric_id="m",
            metric="m",
            kind=AnomalyKind.SHIFT,
            direction=Good.DOWN,
            segment={},
            window=None,
            baseline=0.5,
            observed=0.4,
            score=5.0,
            reason="",
            affected=len(affected),
            measured=len(affected | unaffected),
        ),
        affected=affected,
        unaffected=unaffected,
    )


@given(PEOPLE, PEOPLE, PEOPLE, PEOPLE)
def test_everybody_heard_and_measured_is_counted_once(
    theme: frozenset[str], heard: frozenset[str], hit: frozenset[str], spared: frozenset[str]
) -> None:
    heard = heard | theme
    counts = count_people(theme, heard, anomaly(hit, spared - hit))
    assert counts.people == len(heard & (hit | spared))
    assert counts.theme + counts.unmapped_theme == len(theme)
    assert counts.affected == len(hit & heard)


@given(PEOPLE, PEOPLE, PEOPLE, PEOPLE)
def test_strata_add_up_to_the_whole(
    theme: frozenset[str], other: frozenset[str], hit: frozenset[str], spared: frozenset[str]
) -> None:
    people = anomaly(hit, spared - hit)
    heard = theme | other | hit
    strata = count_by_strata(theme, heard, people, [other])
    whole = count_people(theme, heard, people)
    for name in ("theme_affected", "theme_unaffected", "other_affected", "other_unaffected"):
        assert sum(getattr(one, name) for one in strata) == getattr(whole, name)


@given(CELLS, CELLS, CELLS, CELLS)
def test_p_lift_and_interval_are_possible(a: int, b: int, c: int, d: int) -> None:
    counts = table(a, b, c, d)
    assert 0 <= significance.exact_p([counts]) <= 1
    lift = significance.lift([counts])
    if lift is not None:
        assert 0 < lift.low <= lift.value <= lift.high
    assert significance.bayes_factor(significance.exact_p([counts])) >= 1


TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=4)


@given(TABLES)
def test_strata_where_nothing_can_vary_and_their_order_change_nothing(
    rows: list[tuple[int, int, int, int]],
) -> None:
    tables = [table(*row) for row in rows]
    one_side = table(5, 0, 7, 0)
    p = significance.exact_p(tables)
    assert significance.exact_p([one_side, *reversed(tables)]) == pytest.approx(p)
    with_it, without = significance.lift([one_side, *tables]), significance.lift(tables)
    assert (with_it is None) == (without is None)
    if with_it and without:
        assert with_it.low == pytest.approx(without.low)
        assert 0 < without.low <= without.value <= without.high


@given(st.integers(1, 15), st.integers(1, 15), st.integers(2, 6))
def test_what_goes_with_the_stratum_alone_is_no_relation(k: int, n: int, times: int) -> None:
    """In each stratum the same share of both sides speaks; only the strata differ in it."""
    heavy = table(k * times, k, n * times, n)
    light = table(k, k * times, 9 * k, 9 * k * times)
    lift = significance.lift([heavy, light])
    assert lift is not None
    assert lift.value == pytest.approx(1.0)
    assert significance.exact_p([heavy, light]) > 0.4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_keep_the_order_and_never_fall_below_p(p_values: list[float]) -> None:
    q_values = significance.false_discovery(p_values, [1.0] * len(p_values))
    assert all(p <= q + 1e-12 <= 1 + 1e-9 for p, q in zip(p_values, q_values, strict=True))
    by_p = [q for _, q in sorted(zip(p_values, q_values, strict=True))]
    assert by_p == sorted(by_p)


def table(a: int, b: int, c: int, d: int) -> OverlapCounts:
    return OverlapCounts(
        theme_affected=a, theme_unaffected=b, other_affected=c, other_unaffected=d, unmapped_theme=0
    )


def test_fisher_against_the_tea_lady() -> None:
    """3 of 4 guessed: (C(4,3)C(4,1) + 1) / C(8,4) = 17/70."""
    expected = (comb(4, 3) * comb(4, 1) + 1) / comb(8, 4)
    assert significance.exact_p([table(3, 1, 1, 3)]) == pytest.approx(expected)


def test_two_tea_ladies_are_tested_as_one() -> None:
    """Cups guessed of 4: 1, 16, 36, 16, 1 in 70; both 3 or together 6, 7 or 8: 361 in 4,900."""
    both = [table(3, 1, 1, 3), table(3, 1, 1, 3)]
    assert significance.exact_p(both) == pytest.approx(361 / 4900)


def test_lift_within_two_strata_by_hand() -> None:
    """(40/3 + 5) / (10/3 + 5) = 2.2; log variance (16/3 + 5/2) / (55/3 * 25/3)."""
    lift = significance.lift([table(20, 10, 30, 90), table(10, 10, 10, 10)])
    assert lift is not None
    assert lift.value == pytest.approx(2.2)
    assert (lift.low, lift.high) == (
        pytest.approx(1.412, abs=0.001),
        pytest.approx(3.429, abs=0.001),
    )


def test_strata_that_leave_nothing_to_compare_leave_no_power() -> None:
    whole = table(40, 40, 60, 60)
    halves = [table(20, 20, 30, 30)] * 2
    apart = [table(40, 0, 60, 0), table(0, 40, 0, 60)]
    full, held, none = (
        significance.power(whole, tables, true_lift=2.0, alpha=0.05)
        for tables in ([whole], halves, apart)
    )
    assert full > 0.9
    assert held == pytest.approx(full, abs=0.02)
    assert none == 0


def test_lift_by_hand() -> None:
    """20 of 50 against 10 of 100: 4 times as often; log error sqrt(1/20-1/50+1/10-1/100)."""
    lift = significance.lift([table(20, 10, 30, 90)])
    assert lift is not None
    assert lift.value == pytest.approx(4.0)
    assert (lift.low, lift.high) == (pytest.approx(2.03, abs=0.01), pytest.approx(7.89, abs=0.01))


def test_benjamini_hochberg_by_hand() -> None:
    p_values = [0.01, 0.04, 0.03, 0.5]
    assert significance.false_discovery(p_values, [1.0] * 4) == pytest.approx(
        [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )
    weighted = significance.false_discovery(p_values, [2.0, 2.0, 0.0, 0.0])
    assert weighted == pytest.approx([0.02, 0.04, 1.0, 1.0])


@given(st.floats(1e-12, 1), st.floats(1e-12, 1))
def test_a_smaller_p_is_never_weaker_evidence(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert significance.bayes_factor(low) >= significance.bayes_factor(high) - 1e-9
    assert significance.bayes_factor(0.05) == pytest.approx(2.456, abs=0.001)


def test_whether_shares_differ_by_hand() -> None:
    assert significance.shares_differ([table(10, 10, 5, 5), table(20, 20, 5, 5)]) == pytest.approx(
        1
    )
    apart = significance.shares_differ([table(18, 2, 5, 5), table(10, 10, 5, 5)])
    assert apart == pytest.approx(0.0158, abs=0.0005)
    assert significance.shares_differ([table(3, 0, 5, 5), table(9, 0, 5, 5)]) == 1
