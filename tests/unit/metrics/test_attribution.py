"""Which slice explains a move: by hand, on Simpson's case, and what is left unexplained."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.metrics.attribution import Cell, Mechanism, attribute

PLANS, PLATFORMS = ("enterprise", "smb", "free"), ("web", "ios", "android", "desktop")


def cells(
    changed: dict[tuple[str, str], float] | None = None, grown: dict[str, float] | None = None
) -> list[Cell]:
    """Return 1,000 people a cell, half of them active; `changed` is the share active afterwards."""
    found = []
    for plan, platform in itertools.product(PLANS, PLATFORMS):
        people = 1000 * (grown or {}).get(platform, 1.0)
        share = (changed or {}).get((plan, platform), 0.5)
        found.append(
            Cell(
                segment={"plan": plan, "platform": platform},
                before=500,
                before_of=1000,
                after=people * share,
                after_of=people,
            )
        )
    return found


def test_one_cell_that_fell_is_named_with_all_of_the_change() -> None:
    found = attribute(cells({("smb", "ios"): 0.3}))
    assert found.mechanism is Mechanism.RATE
    [slice_] = found.slices
    assert slice_.segment == {"plan": "smb", "platform": "ios"}
    assert found.change == pytest.approx(-0.2 / 12)
    assert slice_.power == pytest.approx(1.0)
    assert (slice_.rate, slice_.mix) == (pytest.approx(-0.2 / 12), pytest.approx(0.0))


def test_a_plan_that_fell_everywhere_is_named_without_platforms() -> None:
    found = attribute(cells({("smb", platform): 0.35 for platform in PLATFORMS}))
    assert [one.segment for one in found.slices] == [{"plan": "smb"}]


def test_two_slices_are_both_named() -> None:
    fell = {("smb", "ios"): 0.3, ("enterprise", "web"): 0.4}
    found = attribute(cells(fell))
    assert [one.segment for one in found.slices] == [
        {"plan": "smb", "platform": "ios"},
        {"plan": "enterprise", "platform": "web"},
    ]
    assert sum(one.power for one in found.slices) == pytest.approx(1.0)


def test_everybody_alike_is_no_matter_of_slices() -> None:
    found = attribute(cells(dict.fromkeys(itertools.product(PLANS, PLATFORMS), 0.4)))
    assert (found.mechanism, found.slices) == (Mechanism.OUTSIDE, ())
    assert found.change == pytest.approx(-0.1)


def simpson() -> list[Cell]:
    """Return cells that all rise by a point, while the whole falls by the growth of mobile."""
    rates = {"web": (0.60, 1000, 1000), "mobile": (0.20, 500, 2500)}
    return [
        Cell(
            segment={"platform": platform, "plan": plan},
            before=rate * first,
            before_of=first,
            after=(rate + 0.01) * second,
            after_of=second,
        )
        for platform, (rate, first, second) in rates.items()
        for plan in PLANS
    ]


def test_simpsons_case_is_told_as_mix() -> None:
    """By hand: 0.4667 before; after (0.61 x 1000 + 0.21 x 2500) / 3500 = 0.3243."""
    found = attribute(simpson())
    assert found.change == pytest.approx(0.3243 - 0.4667, abs=1e-4)
    assert found.rate == pytest.approx(0.01)
    assert found.mix == pytest.approx(found.change - 0.01)
    assert (found.mechanism, found.reversed) == (Mechanism.MIX, True)
    assert found.slices[0].segment == {"platform": "mobile"}


def test_amounts_have_no_mix() -> None:
    given_ = [
        Cell(segment={"plan": plan}, before=1000, after=600 if plan == "smb" else 1000)
        for plan in (*PLANS, "team", "trial", "edu")
    ]
    found = attribute(given_)
    assert (found.change, found.mix) == (-400, 0.0)
    assert found.slices[0].segment == {"plan": "smb"}


def test_means_are_compared_without_a_known_variance() -> None:
    rng = np.random.default_rng(1)
    given_ = [
        Cell(
            segment={"plan": plan, "platform": platform},
            before=float(rng.normal(18, 0.3)) * 200,
            before_of=200,
            after=float(rng.normal(30 if plan == "smb" else 18, 0.3)) * 200,
            after_of=200,
        )
        for plan, platform in itertools.product(PLANS, PLATFORMS)
    ]
    assert [one.segment for one in attribute(given_).slices] == [{"plan": "smb"}]


@given(
    st.lists(
        st.tuples(*[st.integers(0, 400)] * 2, *[st.integers(400, 900)] * 2), min_size=2, max_size=12
    )
)
def test_rate_and_mix_always_add_up_to_the_change(
    rows: list[tuple[int, int, int, int]],
) -> None:
    given_ = [
        Cell(segment={"n": str(n)}, before=row[0], after=row[1], before_of=row[2], after_of=row[3])
        for n, row in enumerate(rows)
    ]
    found = attribute(given_)
    after = sum(row[1] for row in rows) / sum(row[3] for row in rows)
    before = sum(row[0] for row in rows) / sum(row[2] for row in rows)
    assert found.rate + found.mix == pytest.approx(after - before, abs=1e-9)
    assert found.change == pytest.approx(after - before, abs=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([], id="no cells"),
        pytest.param(
            [
                Cell(segment={"a": "1"}, before=1, after=1),
                Cell(segment={"b": "1"}, before=1, after=1),
            ],
            id="other names",
        ),
        pytest.param([Cell(segment={"a": "1"}, before=-1, after=1)], id="negative"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(wrong: list[Cell]) -> None:
    with pytest.raises(ValueError):
        attribute(wrong)
