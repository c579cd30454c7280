from __future__ import annotations

import pytest

from synth.hypotheses.support import find_signs

SOURCE = (
    "In March I waited 12 days for Berlin to grant me the role, and then I could open the report. "
    "The export is slow and unreliable. It is cheap. It never failed for us, though, and we like "
    "the new pages."
)


@pytest.mark.parametrize(
    "claim",
    [
        "The person waited 12 days for the role.",
        "Berlin granted the role in March.",
        "The export was slow.",
        "The export has not failed for them.",
        "",
    ],
)
def test_what_the_source_says_has_no_sign_against_it(claim):
    assert find_signs(claim, SOURCE).borne_out


@pytest.mark.parametrize(
    ("claim", "kind", "said"),
    [
        ("The person waited 21 days for the role.", "numbers", ("21",)),
        ("It was Madrid that granted the role.", "names", ("Madrid",)),
        ("The export is fast.", "opposites", ("fast",)),
        ("The export was reliable.", "opposites", ("reliable",)),
        ("It was expensive for us.", "opposites", ("expensive",)),
        ("I could not open the report.", "negated", ("I could not open the report.",)),
    ],
)
def test_a_sign_names_what_speaks_against_the_claim(claim, kind, said):
    signs = find_signs(claim, SOURCE)
    assert getattr(signs, kind) == said
    assert not signs.borne_out


def test_a_contrary_is_looked_for_where_the_claim_stands():
    """A common word stands somewhere in any long source."""
    rest = (
        "Then we spoke of other things for a while, of the office and of the long way to it. " * 6
    )
    source = f"The update made the search slow for the team. {rest} The lift is fast."
    assert find_signs("The update made the search fast for the team.", source).opposites == (
        "fast",
    )
    assert find_signs("The lift is fast.", source).borne_out


def test_what_it_cannot_see():
    """A detail in other words passes: the check warns and never decides."""
    assert find_signs("The person was glad to wait for the role.", SOURCE).borne_out


def test_nothing_cited_bears_out_no_number():
    assert not find_signs("They waited 12 days.", "").borne_out
