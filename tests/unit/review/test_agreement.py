"""Coefficients against cases worked by hand and published examples."""

import random

import pytest

from synth.review.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    with_interval,
)


def table(*columns):
    """Return units from one column per rater; "." is missing."""
    return [
        {rater: float(column[row]) for rater, column in enumerate(columns) if column[row] != "."}
        for row in range(len(columns[0]))
    ]


def pairs(both_yes, only_first, only_second, both_no):
    """Return units of two raters from the four cells of their table."""
    cells = [((1, 1), both_yes), ((1, 0), only_first), ((0, 1), only_second), ((0, 0), both_no)]
    return [{"a": a, "b": b} for (a, b), count in cells for _ in range(count)]


def test_cohen_by_hand():
    # 50 proposals: both yes 20, only A 5, only B 10, both no 15.
    # p_o = 35/50 = 0.7; p_e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa = 0.2 / 0.5.
    assert cohen_kappa(pairs(20, 5, 10, 15), "a", "b") == pytest.approx(0.4, abs=1e-12)


def test_cohen_tells_equal_agreement_apart_by_its_chance():
    # Both pairs agree on 60 of 100; where one value is common, chance explains more of it.
    assert cohen_kappa(pairs(45, 15, 25, 15), "a", "b") == pytest.approx(0.130435, abs=1e-6)
    assert cohen_kappa(pairs(25, 35, 5, 35), "a", "b") == pytest.approx(0.259259, abs=1e-6)


def test_fleiss_as_published():
    # The worked example of Fleiss' kappa with 14 raters, 10 subjects, 5 values: 0.20993.
    rows = """0 0 0 0 14;0 2 6 4 2;0 0 3 5 6;0 3 9 2 0;2 2 8 1 1;7 7 0 0 0;3 2 6 3 0;2 5 3 2 2
    6 5 2 1 0;0 2 2 3 7""".replace("\n", ";")
    units = []
    for row in rows.split(";"):
        said = [value for value, count in enumerate(map(int, row.split())) for _ in range(count)]
        units.append(dict(enumerate(map(float, said))))
    assert fleiss_kappa(units) == pytest.approx(0.20993070442195522, abs=1e-9)


#: Krippendorff 2011: four observers, twelve units, with missing values.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def published():
    """Return the reliability data of Krippendorff 2011."""
    return table(*(row.replace(" ", "") for row in OBSERVERS))


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorff_as_published(level, alpha):
    assert krippendorff_alpha(published(), level) == pytest.approx(alpha, abs=0.0005)


def test_krippendorff_by_hand():
    # Values a a / a b / b b: coincidences aa 2, ab 1, ba 1, bb 2; n = 6, n_a = n_b = 3.
    # Observed disagreement 2, by chance 2 * 3 * 3 = 18: alpha = 1 - 5 * 2 / 18.
    units = [{1: 0, 2: 0}, {1: 0, 2: 1}, {1: 1, 2: 1}]
    assert krippendorff_alpha(units) == pytest.approx(1 - 10 / 18, abs=1e-12)


def test_a_unit_with_one_value_changes_nothing():
    units = published()
    assert krippendorff_alpha([*units, {9: 5.0}]) == krippendorff_alpha(units)


@pytest.mark.parametrize("coefficient", [fleiss_kappa, krippendorff_alpha])
def test_perfect_and_undefined(coefficient):
    assert coefficient([{1: 0, 2: 0}, {1: 1, 2: 1}]) == pytest.approx(1.0)
    assert coefficient([{1: 1, 2: 1}, {1: 1, 2: 1}]) is None
    assert coefficient([{1: 1}]) is None
    assert coefficient([]) is None


def test_an_interval_holds_its_value_and_narrows_with_more_units():
    rng = random.Random(3)

    def judged(n):
        return [
            {"a": truth, "b": truth if rng.random() < 0.85 else 1 - truth}
            for truth in (rng.randrange(2) for _ in range(n))
        ]

    few, many = (with_interval(judged(n), krippendorff_alpha, seed=1) for n in (20, 400))
    for one in (few, many):
        assert one.low <= one.value <= one.high
        assert one.low <= 0.7 <= one.high
    assert many.high - many.low < (few.high - few.low) / 2


def test_where_nothing_is_defined_there_is_no_interval():
    same = [{1: 1, 2: 1}] * 9
    assert with_interval(same, krippendorff_alpha, seed=1).value is None
    assert with_interval([{1: 0, 2: 1}], krippendorff_alpha, seed=1).low is None
