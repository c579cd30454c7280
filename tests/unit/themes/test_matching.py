import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.ids import derive_id
from synth.themes.matching import MIN_OVERLAP, changes, name_groups
from synth.themes.types import Change, Level

A, B, C, D = (
    [f"{letter}{number}" for number in range(size)]
    for letter, size in (("a", 20), ("b", 12), ("c", 8), ("d", 6))
)
OLD = {"A": A, "B": B, "C": C}
KNOWN = {*A, *B, *C, *D}


def named(new, old=OLD, known=KNOWN):
    return name_groups(new, views=[[old]], known=known, level=Level.THEME)


def told(new, old=OLD, known=KNOWN):
    steps = changes(old, new, known=known, level=Level.THEME)
    return {(step.kind, step.from_id, step.to_id): step.overlap for step in steps}


def test_a_fresh_workspace_gives_the_same_ids_everywhere():
    assert named([A, B], old={}, known=()) == [
        derive_id("theme", *sorted(A)),
        derive_id("theme", *sorted(B)),
    ]


@pytest.mark.parametrize(
    ("new", "ids"),
    [
        pytest.param([A, B, C], ["A", "B", "C"], id="nothing changed"),
        pytest.param([C, A, B], ["C", "A", "B"], id="another order"),
        pytest.param([[*A, "new1", "new2"], B[:9], C], ["A", "B", "C"], id="grown and shrunk"),
        pytest.param([A[:12], A[12:], B, C], ["A", None, "B", "C"], id="the larger part is A"),
        pytest.param([[*A, *C], B], ["A", "B"], id="two in one: the larger goes on"),
        pytest.param([A, B, C, D], ["A", "B", "C", None], id="one more"),
    ],
)
def test_a_group_gets_the_id_of_the_theme_it_continues(new, ids):
    found = named(new)
    assert [one if one in OLD else None for one in found] == ids
    assert len(set(found)) == len(found)


def test_what_the_old_run_did_not_have_says_nothing_about_overlap():
    assert named([[*A, *(f"new{n}" for n in range(500))]]) == ["A"]


def test_what_a_run_found_is_continued_before_what_people_made_of_it():
    found, left, made = {"A": A}, {"A": A[:6]}, {"S": A[6:]}
    views = [[left, found], [made]]
    assert name_groups([A], views=views, known=A, level=Level.THEME) == ["A"]
    apart = [A[6:], A[:6]]
    assert name_groups(apart, views=views, known=A, level=Level.THEME) == ["S", "A"]


def test_a_theme_that_shares_too_little_is_another_one():
    few = A[: int(MIN_OVERLAP * len(A)) - 1]
    assert named([[*few, *D]])[0] not in OLD


def test_an_id_made_of_the_same_passages_is_not_given_twice():
    born = derive_id("theme", *sorted(D))
    # The theme once born of D has moved on to A; a new group is exactly D.
    found = named([A, D], old={born: A})
    assert found[0] == born
    assert found[1] != born


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD, {("kept", "A", "A"): 1, ("kept", "B", "B"): 1, ("kept", "C", "C"): 1}),
        pytest.param(
            {"A": A[:12], "N": A[12:], "B": B, "C": C},
            {("kept", "A", "A"): 0.6, ("split", "A", "N"): 1, ("kept", "B", "B"): 1,
             ("kept", "C", "C"): 1},
            id="split",
        ),
        pytest.param(
            {"A": [*A, *C], "B": B},
            {("kept", "A", "A"): 0.7143, ("merged", "C", "A"): 1, ("kept", "B", "B"): 1},
            id="merged",
        ),
        pytest.param(
            {"A": A, "B": B, "N": D},
            {("kept", "A", "A"): 1, ("kept", "B", "B"): 1, ("born", None, "N"): 0,
             ("died", "C", None): 0},
            id="born and died",
        ),
    ],
)  # fmt: skip
def test_changes_say_what_became_of_each_theme(new, expected):
    wanted = {(Change(kind), one, other): share for (kind, one, other), share in expected.items()}
    assert told(new) == wanted


LABELS = st.lists(st.integers(-1, 5), min_size=1, max_size=40)


@given(before=LABELS, after=LABELS)
def test_every_theme_is_in_some_change_and_ids_differ(before, after):
    def grouped(labels):
        groups = {}
        for number, label in enumerate(labels):
            if label >= 0:
                groups.setdefault(label, []).append(f"c{number}")
        return groups

    old = {f"old{label}": group for label, group in grouped(before).items()}
    groups = list(grouped(after).values())
    known = {f"c{number}" for number in range(len(before))}
    ids = named(groups, old=old, known=known)
    assert len(set(ids)) == len(groups)
    new = dict(zip(ids, groups, strict=True))
    steps = changes(old, new, known=known, level=Level.THEME)
    assert {step.from_id for step in steps} - {None} >= old.keys()
    assert {step.to_id for step in steps} - {None} >= new.keys()
    assert all(0 <= step.overlap <= 1 for step in steps)
    again = named(groups, old=new, known=known.union(*groups))
    assert again == ids, "the same groups again keep every id"
