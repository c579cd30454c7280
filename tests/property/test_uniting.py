"""Who is one person follows from the joins that hold, in whatever order they were made."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from synth.people.types import Consent, Participant, Role
from synth.people.uniting import combined, groups, said_since, with_said

IDS = [f"p{n}" for n in range(7)]
JOINS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=10)
CONSENTS = st.builds(
    Consent,
    analyse=st.booleans(),
    quote=st.booleans(),
    llm=st.booleans(),
    contact=st.none() | st.booleans(),
)
SEGMENTS = st.dictionaries(st.sampled_from(["plan", "role", "os"]), st.sampled_from("abc"))


@st.composite
def people(draw: st.DrawFn) -> list[Participant]:
    return [
        Participant(
            id=IDS[n],
            number=n,
            role=Role.PARTICIPANT,
            segments=draw(SEGMENTS),
            consent=draw(CONSENTS),
        )
        for n in range(draw(st.integers(1, 4)))
    ]


@given(joins=JOINS, order=st.randoms(use_true_random=False))
def test_groups_part_the_ids_and_do_not_depend_on_order(joins, order) -> None:  # type: ignore[no-untyped-def]
    found = groups(IDS, joins)
    assert sorted(one for group in found for one in group) == IDS
    shuffled = list(joins)
    order.shuffle(shuffled)
    assert set(groups(IDS, shuffled)) == set(found)
    for one, other in joins:
        assert any({one, other} <= group for group in found)


@given(own=people())
def test_a_united_person_allows_only_what_every_part_allows(own: list[Participant]) -> None:
    united = combined(list(reversed(own)))
    assert united.number == 0
    for scope in ("analyse", "quote", "llm"):
        assert getattr(united.consent, scope) == all(getattr(p.consent, scope) for p in own)
    answers = {p.consent.contact for p in own}
    expected = False if False in answers else True if True in answers else None
    assert united.consent.contact is expected
    assert set(united.segments) == {name for p in own for name in p.segments}
    assert dict(own[0].segments).items() <= dict(united.segments).items()


@given(own=people(), consent=CONSENTS, segments=SEGMENTS)
def test_what_is_said_of_a_united_person_is_all_there_is_to_say(
    own: list[Participant], consent: Consent, segments: dict[str, str]
) -> None:
    now = replace(combined(own), consent=consent, segments=segments)
    said = said_since(own, now)
    for scope, value in said.consent.items():
        assert all(getattr(with_said(p, said).consent, scope) == value for p in own)
    assert with_said(combined(own), said) == now
    assert said_since(own, combined(own)) == type(said)(consent={}, segments={})
