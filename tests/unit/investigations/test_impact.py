"""The reference figures come out of the arithmetic, with intervals that mean something."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.proportions import wilson
from synth.errors import InputError
from synth.investigations.impact import (
    Origin,
    Term,
    TermKind,
    counted_share,
    multiply,
    relative_change,
)


def count(value: float, *, origin: Origin = Origin.MEASURED) -> Term:
    return Term(
        name="attempts", kind=TermKind.COUNT, value=value, unit="attempts", origin=origin,
        source="events",
    )  # fmt: skip


def stated(value: float) -> Term:
    return Term(
        name="raise a ticket", kind=TermKind.SHARE, value=value, unit="tickets",
        origin=Origin.STATED, source="support lead",
    )  # fmt: skip


def test_500_attempts_18_percent_fail_half_write_makes_45_tickets() -> None:
    fail = counted_share("fail", 90, 500, unit="failures", source="events")
    impact = multiply([count(500), fail, stated(0.5)])
    assert [step.result for step in impact.steps] == [500, pytest.approx(90), pytest.approx(45)]
    assert impact.uncounted == ("raise a ticket",)
    share = wilson(90, 500)
    last = impact.steps[-1]
    assert (last.low, last.high) == (
        pytest.approx(500 * share.low / 2),
        pytest.approx(500 * share.high / 2),
    )


@pytest.mark.parametrize(
    ("before", "after", "percent"), [(40, 12, -70), (18, 6, -67), (80, 28, -65), (12, 26, 117)]
)
def test_the_reference_changes(before: float, after: float, percent: int) -> None:
    assert round(relative_change(before, after) * 100) == percent


def test_themes_of_100_tickets_add_up_to_75_with_25_left() -> None:
    assert sum((35, 22, 18)) == 75
    impact = multiply([count(100), counted_share("in a theme", 75, 100, unit="", source="themes")])
    assert impact.result == pytest.approx(75)


def test_nothing_is_relative_to_nothing() -> None:
    with pytest.raises(InputError, match="0 before"):
        relative_change(0, 3)


def test_two_counted_shares_widen_less_than_their_ends_multiplied() -> None:
    one, two = wilson(9, 50), wilson(20, 40)
    last = multiply(
        [
            counted_share("a", 9, 50, unit="", source="s"),
            counted_share("b", 20, 40, unit="", source="s"),
        ]
    ).steps[-1]
    assert one.low * two.low < last.low < last.result < last.high < one.high * two.high


@given(
    n=st.integers(1, 400),
    parts=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), max_size=4),
)
def test_the_result_lies_in_its_interval_and_is_the_product(
    n: int, parts: list[tuple[int, int]]
) -> None:
    shares = [(min(k, of), of) for k, of in parts]
    impact = multiply(
        [count(n), *(counted_share("s", k, of, unit="", source="s") for k, of in shares)]
    )
    product = float(n)
    for k, of in shares:
        product *= k / of
    assert isclose(impact.result, product, rel_tol=1e-9, abs_tol=1e-12)
    for step in impact.steps:
        assert step.low - 1e-9 <= step.result <= step.high + 1e-9
        assert step.low >= 0
    if any(k == 0 for k, _ in shares):
        assert impact.steps[-1].high > 0, "0 of n is not certainly 0"


@pytest.mark.parametrize(
    "term",
    [
        stated(1.2),
        count(-1),
        Term(name=" ", kind=TermKind.COUNT, value=1, unit="", origin=Origin.ASSUMED, source="x"),
        Term(name="a", kind=TermKind.COUNT, value=1, unit="", origin=Origin.ASSUMED, source=" "),
        Term(
            name="a", kind=TermKind.SHARE, value=0.5, unit="", origin=Origin.MEASURED,
            source="s", k=4, n=10,
        ),
        Term(
            name="a", kind=TermKind.SHARE, value=0.5, unit="", origin=Origin.MEASURED,
            source="s", k=4,
        ),
    ],
    ids=["share above 1", "negative", "no name", "no source", "k of n differs", "k without n"],
)  # fmt: skip
def test_a_factor_that_cannot_be_is_refused(term: Term) -> None:
    with pytest.raises(InputError):
        multiply([term])
