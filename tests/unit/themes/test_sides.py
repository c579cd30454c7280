import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.proportions import wilson
from synth.themes.sides import Sides, exact_p, share_by_segment
from synth.themes.stance import Stance


@pytest.mark.parametrize(
    ("trouble", "fine", "lean", "dissent", "opposed"),
    [
        (20, 4, Stance.TROUBLE, Stance.FINE, True),
        (3, 9, Stance.FINE, Stance.TROUBLE, True),
        (20, 1, Stance.TROUBLE, Stance.FINE, False),
        (2, 2, Stance.UNCLEAR, Stance.FINE, True),
        (0, 0, Stance.UNCLEAR, Stance.FINE, False),
    ],
    ids=["most have trouble", "most are content", "one alone", "even", "nothing read"],
)
def test_the_fewer_are_the_dissent(trouble, fine, lean, dissent, opposed):
    sides = Sides(people=30, trouble=trouble, fine=fine)
    assert (sides.lean, sides.dissent, sides.is_opposed) == (lean, dissent, opposed)


def test_a_share_of_a_side_is_of_the_themes_people():
    sides = Sides(people=8, trouble=6, fine=1)
    assert sides.share(Stance.TROUBLE) == wilson(6, 8)
    assert sides.share(Stance.FINE) == wilson(1, 8)


def have(plan, count):
    return ({"plan": plan}, count)


def test_a_segment_stands_out_only_when_chance_does_not_explain_it():
    heard = [have("enterprise", 20), have("smb", 20), ({}, 3)]
    often = [have("enterprise", 15), have("smb", 1), ({}, 3)]
    rows = {row.value: row for row in share_by_segment(heard, often)}
    assert rows["enterprise"].share == wilson(15, 20)
    assert rows["enterprise"].others == wilson(1, 20)
    assert rows["enterprise"].stands_out
    even = [have("enterprise", 2), have("smb", 2)]
    assert not any(row.stands_out for row in share_by_segment(heard, even))


def test_many_segments_make_it_harder_to_stand_out():
    plans, spoke = [have("a", 12), have("b", 12)], [have("a", 10), have("b", 2)]
    assert any(row.stands_out for row in share_by_segment(plans, spoke))
    more = [({f"kind {number}": "x"}, 1) for number in range(20)]
    assert not any(row.stands_out for row in share_by_segment([*plans, *more], spoke))


def test_a_person_without_the_segment_is_in_no_row():
    heard = [({}, 1), have("smb", 1)]
    rows = share_by_segment(heard, heard)
    assert [(row.share, row.others.n) for row in rows] == [(wilson(1, 1), 0)]


@given(st.dictionaries(st.sampled_from("xyz"), st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_the_rows_of_a_segment_share_out_the_people_who_have_it(plans):
    heard = [have(plan, max(pair)) for plan, pair in plans.items()]
    spoke = [have(plan, min(pair)) for plan, pair in plans.items()]
    rows = share_by_segment(heard, spoke)
    total = sum(n for _, n in heard)
    assert sum(row.share.n for row in rows) == total
    assert sum(row.share.k for row in rows) == sum(n for _, n in spoke)
    assert all(row.share.n + row.others.n == total for row in rows)


def test_the_exact_test_on_a_published_table():
    # Fisher's tea-tasting lady, two-sided: 34 of 70.
    assert exact_p(wilson(3, 4), wilson(1, 4)) == pytest.approx(34 / 70)
    assert exact_p(wilson(0, 0), wilson(1, 4)) == 1.0
