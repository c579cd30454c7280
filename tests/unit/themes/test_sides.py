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


def people(plan, count, first):
    return {f"p{first + number}": {"plan": plan} for number in range(count)}


def test_a_segment_stands_out_only_when_chance_does_not_explain_it():
    heard = {**people("enterprise", 20, 0), **people("smb", 20, 100), "nobody": {}}
    often = {f"p{number}" for number in range(15)} | {"p100", "nobody"}
    rows = {row.value: row for row in share_by_segment(heard, often)}
    assert rows["enterprise"].share == wilson(15, 20)
    assert rows["enterprise"].others == wilson(1, 20)
    assert rows["enterprise"].stands_out
    even = {"p0", "p1", "p100", "p101"}
    assert not any(row.stands_out for row in share_by_segment(heard, even))


def test_a_person_without_the_segment_is_in_no_row():
    rows = share_by_segment({"a": {}, "b": {"plan": "smb"}}, {"a", "b"})
    assert [(row.share, row.others.n) for row in rows] == [(wilson(1, 1), 0)]


@given(st.dictionaries(st.integers(0, 60), st.sampled_from("xyz")), st.sets(st.integers(0, 60)))
def test_the_rows_of_a_segment_share_out_the_people_who_have_it(plans, speakers):
    heard = {str(person): {"plan": plan} for person, plan in plans.items()}
    rows = share_by_segment(heard, {str(person) for person in speakers})
    assert sum(row.share.n for row in rows) == len(heard)
    assert sum(row.share.k for row in rows) == len(set(plans) & speakers)
    assert all(row.share.n + row.others.n == len(heard) for row in rows)


def test_the_exact_test_on_a_published_table():
    # Fisher's tea-tasting lady, two-sided: 34 of 70.
    assert exact_p(wilson(3, 4), wilson(1, 4)) == pytest.approx(34 / 70)
    assert exact_p(wilson(0, 0), wilson(1, 4)) == 1.0
