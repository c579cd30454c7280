import pytest

from synth.fusion.coverage import cover


def test_three_themes_hold_75_of_100_tickets():
    covered = cover([35, 22, 18], 100)
    assert (covered.held, covered.rest) == (75, 25)
    assert str(covered) == "35 + 22 + 18 = 75 of 100; 25 in none of them"


def test_parts_that_overlap_are_no_parts():
    with pytest.raises(ValueError, match="not disjoint"):
        cover([60, 50], 100)
