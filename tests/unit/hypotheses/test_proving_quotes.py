from __future__ import annotations

import pytest

from synth.hypotheses.citations import Failure, Unproved, locate, prove, prove_all
from synth.people.types import Consent, Role
from tests.unit.hypotheses.cases import by_id, cited, passage

TEXT = "I don’t have  admin rights, so I waited 18 days.\nIt was not able to start."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (TEXT, TEXT),
        ("I waited 18 days.", "I waited 18 days."),
        ("I don't have admin rights", "I don’t have  admin rights"),
        ("waited 18 days. It was not", "waited 18 days.\nIt was not"),
        ("  so I waited \n 18 days ", "so I waited 18 days"),
    ],
    ids=["whole", "part", "apostrophe and spaces", "line break", "outer spaces"],
)
def test_a_true_quote_is_proved_with_its_place(quote, found):
    result = prove(cited(quote), by_id(passage(TEXT)))
    assert not isinstance(result, Unproved)
    assert result.quote == found
    source = passage(TEXT).document.text
    assert source[result.start : result.end] == found
    assert (result.speaker, result.at_ms) == ("P1", 61_000)


@pytest.mark.parametrize(
    ("quote", "failure"),
    [
        ("I don't have the admin rights", Failure.NOT_THERE),
        ("so I waited 81 days", Failure.NOT_THERE),
        ("It was able to start.", Failure.NOT_THERE),
        ("i don't have admin rights", Failure.NOT_THERE),
        ("I don't have admin rights ... It was not able to start", Failure.JOINED),
        ("have admin rights … waited 18 days", Failure.JOINED),
        ("so I waited 1", Failure.CUT_WORD),
        ("ave admin rights", Failure.CUT_WORD),
        ("able to start.", Failure.CUT_NEGATION),
        ("18 days", Failure.TOO_SHORT),
        ("", Failure.NOT_THERE),
        ("the other person said it", Failure.OTHER_PASSAGE),
    ],
)
def test_altered_words_are_not_proved(quote, failure):
    other = passage("the other person said it", chunk_id="c2", number=2)
    result = prove(cited(quote), by_id(passage(TEXT), other))
    assert isinstance(result, Unproved)
    assert result.failure is failure
    assert result.passage_text == TEXT
    assert result.reason


@pytest.mark.parametrize(
    ("values", "failure"),
    [
        ({"consent": Consent(quote=False)}, Failure.NO_CONSENT),
        ({"consent": Consent(analyse=False)}, Failure.NO_CONSENT),
        ({"known": False}, Failure.NO_SPEAKER),
        ({"is_evidence": False}, Failure.NOT_EVIDENCE),
        ({"role": Role.INTERVIEWER}, Failure.NOT_EVIDENCE),
        ({"person_role": Role.STAFF}, Failure.NOT_EVIDENCE),
        ({"is_current": False}, Failure.SUPERSEDED),
        ({"document_text": "x" * 400}, Failure.NOT_THERE),
    ],
    ids=lambda value: str(value),
)
def test_who_speaks_where_decides_too(values, failure):
    result = prove(cited("I waited 18 days."), by_id(passage(TEXT, **values)))
    assert isinstance(result, Unproved)
    assert result.failure is failure


def test_a_reason_never_repeats_words_without_consent():
    hidden = passage(TEXT, consent=Consent(quote=False))
    result = prove(cited("I waited 18 days."), by_id(hidden))
    assert "waited" not in result.reason
    assert result.passage_text == ""


@pytest.mark.parametrize(("speaker", "proved"), [("P1", True), (None, True), ("P2", False)])
def test_the_speaker_claimed_must_be_the_speaker(speaker, proved):
    result = prove(cited("I waited 18 days.", speaker=speaker), by_id(passage(TEXT)))
    assert isinstance(result, Unproved) is not proved


def test_an_unknown_passage_is_named():
    result = prove(cited("I waited 18 days.", chunk_id="c9"), by_id(passage(TEXT)))
    assert isinstance(result, Unproved)
    assert result.failure is Failure.UNKNOWN_PASSAGE
    assert "c9" in result.reason


def test_the_same_place_counts_once():
    same = [cited("I waited 18 days."), cited("I  waited 18 days.")]
    proved, failed = prove_all(same, by_id(passage(TEXT)))
    assert (len(proved), failed) == (1, [])


def test_a_whole_word_wins_over_a_part_of_one():
    text = "unable is not able to go"
    assert locate("able to go", text).start == text.rindex("able")
