from __future__ import annotations

import pytest

from synth.hypotheses.evidence import choose, excerpt_words, may_cite, says_contrary
from synth.hypotheses.types import Side
from synth.people.types import Consent, Role
from tests.unit.hypotheses.cases import passage

SAD = "We waited for the admin and then stopped with the setup."
FINE = "For us the setup was easy and took a minute."


def people(count, text=SAD, start=1):
    return [
        passage(f"{text} Number {at}.", chunk_id=f"c{at}", number=at)
        for at in range(start, start + count)
    ]


def speakers(pack, side):
    return [one.passage.speaker for one in pack.excerpts if one.side is side]


def test_those_hit_come_first_and_each_person_once():
    twice = [*people(4), passage(f"{SAD} Again.", chunk_id="c9", number=4)]
    pack = choose(twice, affected={"person-3", "person-4"}, unaffected=set())
    assert speakers(pack, Side.FOR) == ["P3", "P4", "P1", "P2"]
    assert pack.searched == 5
    assert pack.counter_note == "none found in 5 passages searched"


def test_both_sides_are_chosen():
    pack = choose(
        [*people(2), *people(1, FINE, start=5), *people(1, start=8)],
        affected={"person-1", "person-5"},
        unaffected={"person-8"},
    )
    assert speakers(pack, Side.FOR) == ["P1", "P2"]
    assert speakers(pack, Side.AGAINST) == ["P5", "P8"]
    assert pack.counter_note == ""


def test_consent_and_role_decide_who_may_be_cited():
    assert may_cite(passage(SAD), for_model=True)
    assert may_cite(passage(SAD, consent=Consent(llm=False)), for_model=False)
    refused = [
        passage(SAD, consent=Consent(llm=False)),
        passage(SAD, consent=Consent(quote=False)),
        passage(SAD, role=Role.INTERVIEWER),
        passage(SAD, known=False),
        passage(SAD, is_current=False),
    ]
    assert not any(may_cite(one, for_model=True) for one in refused)
    assert choose(refused, affected=set(), unaffected=set(), for_model=True).withheld == 5


def test_the_same_words_are_offered_once():
    same = [passage(SAD, chunk_id=f"c{at}", number=at) for at in range(3)]
    assert len(choose(same, affected=set(), unaffected=set()).excerpts) == 1


def test_another_turn_shows_other_people():
    first, second = (
        choose(people(12), affected=set(), unaffected=set(), turn=turn) for turn in (0, 5)
    )
    assert not set(speakers(first, Side.FOR)) & set(speakers(second, Side.FOR))


def test_an_excerpt_is_whole_sentences_about_the_theme():
    long = "I like the colours of it. " + "We need an admin for the role. " + "x " * 300
    assert excerpt_words(passage(long.strip()), ["admin"]).startswith("We need an admin")
    cut = passage("stopped at the role. We then waited for days.", before="They un", after="")
    assert excerpt_words(cut) == "We then waited for days."
    assert excerpt_words(passage("ok")) is None


def test_the_contrary_is_found_beside_the_theme_too():
    about = passage("The setup as admin was easy for us.", chunk_id="c8", number=8)
    other = passage("The weather was easy to like for us.", chunk_id="c9", number=9)
    also = passage("The admin never answered in the setup.", chunk_id="c7", number=7)
    affected = {f"person-{at}" for at in range(1, 3)}
    pack = choose(
        people(2),
        affected=affected,
        unaffected=set(),
        keywords=["admin"],
        beside=[other, about, also],
    )
    assert speakers(pack, Side.AGAINST) == ["P8"]
    assert [one.passage.speaker for one in pack.counter] == ["P8"]
    assert pack.searched == 5


def test_irony_is_no_counter_evidence():
    words = "Oh great, it works fine again, and the admin froze."
    pack = choose([passage(words)], affected={"person-1"}, unaffected=set())
    assert speakers(pack, Side.AGAINST) == []


def test_who_says_the_contrary_comes_before_who_only_was_not_hit():
    spared = people(6)
    fine = people(1, FINE, start=9)
    pack = choose([*spared, *fine], affected=set(), unaffected={f"person-{at}" for at in range(7)})
    assert speakers(pack, Side.AGAINST)[0] == "P9"
    assert len(pack.counter) == 5


@pytest.mark.parametrize(
    ("words", "contrary"),
    [
        ("The editor is fine, thank you.", True),
        ("It was broken in May but works fine now.", True),
        ("The editor is fine but it blinds me at night.", False),
        ("No problems until the move, and it is slow now.", False),
        ("The editor is fine. But the list is slow, and we had no trouble with it.", True),
    ],
)
def test_what_is_taken_back_in_the_same_sentence_speaks_against_nothing(words, contrary):
    assert says_contrary(words) is contrary


@pytest.mark.parametrize(
    ("words", "sides"),
    [
        ("The second one was great, we love the charts of it.", [Side.FOR]),
        ("The setup was easy for the second one of us.", [Side.FOR, Side.AGAINST]),
    ],
    ids=["praise of something else", "plain words"],
)
def test_who_complains_contradicts_only_in_plain_words(words, sides):
    assert says_contrary(words)
    said = [passage(SAD, chunk_id="a", number=1), passage(words, chunk_id="b", number=1)]
    pack = choose(said, affected={"person-1"}, unaffected=set())
    assert [one.side for one in pack.excerpts] == sides
    alone = choose(said[1:], affected={"person-1"}, unaffected=set())
    assert [one.side for one in alone.excerpts] == [Side.AGAINST]
