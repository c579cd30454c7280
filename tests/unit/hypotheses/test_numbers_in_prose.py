"""Every number a person or a model writes is one the store holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.hypotheses.types import Claim
from synth.hypotheses.words import check_words
from tests.unit.hypotheses.cases import passage
from tests.unit.hypotheses.test_honest_wording import content

WAITED = passage("I waited 18 days for the admin.")


def checked(before=None, **values):
    whole = content(quote=WAITED)
    return check_words(before or whole, replace(whole, **values))


@pytest.mark.parametrize(
    "because",
    [
        "6 of 8 (41-93 %) people it hit wait",
        "it fell to 31 in 100, against 42 in 100",
        "it stands at 0.31, against 0.42",
        "somebody waited 18 days for the role",
        "P12 and P3 wait for an admin",
        "six people wait for an admin",
    ],
)
def test_numbers_of_the_store_and_of_quotes_pass(because):
    assert [one for one in checked(because=because) if "in 100" not in one] == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"because": "somebody waited 81 days for the role"}, "81"),
        ({"because": "it fell by 7 points in March"}, "7"),
        ({"because": "it fell to 0.13 in the end"}, "0.13"),
        ({"because": "seven people wait for an admin"}, "seven people"),
        ({"title": "Setup waits for 1,200 accounts"}, "1,200"),
        ({"solution": "a role for 40 more customers to use"}, "40 more customers"),
        ({"claims": (Claim(text="it hit 5 of them", kind="quant", cites=()),)}, "5"),
    ],
)
def test_any_other_number_is_named(values, named):
    assert any(f"“{named}”" in one for one in checked(**values))


def test_a_solution_may_say_how_much_is_to_be_built():
    assert checked(solution="a setup with 3 fields on one page") == []


def test_what_was_known_before_may_stand_again():
    before = content(because="the theme “step 2, page 4” comes up", quote=WAITED)
    assert checked(before, because="step 2 and page 4 come up") == []
    assert checked(because="step 2 and page 4 come up")
