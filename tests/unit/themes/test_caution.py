"""Small or foreign corpora are warned about, ordinary ones are not."""

import pytest

from evals.worlds.bank import bank
from evals.worlds.languages import bank_in
from synth.themes.caution import find_cautions
from synth.themes.types import CautionKind

ENGLISH = [text for theme in bank() for text in theme.wordings]
DUTCH = [
    "Het dashboard doet er een minuut over om te laden.",
    "We kunnen niet inloggen met ons bedrijfsaccount.",
    "De factuur was twee keer zo hoog zonder uitleg.",
] * 10


def kinds(texts, people):
    return {caution.kind for caution in find_cautions(texts, people=people)}


def texts_in(language):
    return [text for theme in bank_in(language) for text in theme.wordings]


@pytest.mark.parametrize(
    ("texts", "people", "expected"),
    [
        pytest.param(ENGLISH, 40, set(), id="ordinary"),
        pytest.param(ENGLISH, 11, set(), id="eleven people"),
        pytest.param(ENGLISH, 10, {CautionKind.FEW_PEOPLE}, id="ten people"),
        pytest.param(ENGLISH, 0, set(), id="nobody is identified: shares say so"),
        pytest.param(ENGLISH[:5], 40, {CautionKind.FEW_PASSAGES}, id="five passages"),
        pytest.param([], 40, {CautionKind.FEW_PASSAGES}, id="nothing"),
        pytest.param(["...", "42"] * 20, 40, set(), id="no words"),
        pytest.param(DUTCH, 40, {CautionKind.OTHER_LANGUAGE}, id="a language without lexicon"),
        pytest.param(ENGLISH[:50], 40, set(), id="half a corpus"),
    ],
)
def test_what_is_warned_about(texts, people, expected):
    assert kinds(texts, people) == expected


@pytest.mark.parametrize("language", ["de", "es"])
def test_another_language_is_noticed_from_a_tenth_on(language):
    foreign = texts_in(language)
    assert kinds(foreign, 40) == {CautionKind.OTHER_LANGUAGE}
    assert kinds([*ENGLISH[:88], *foreign[:12]], 40) == {CautionKind.OTHER_LANGUAGE}
    assert kinds([*ENGLISH[:99], *foreign[:1]], 40) == set()


def test_a_multilingual_model_needs_no_warning_of_languages():
    assert find_cautions(DUTCH, people=40, is_model_english=False) == []


def test_numbers_carry_their_denominator_and_what_to_do():
    (few,) = find_cautions(ENGLISH, people=8)
    assert "8 people" in few.text
    assert "10 of 100 such studies" in few.text
    (foreign,) = find_cautions([*ENGLISH[:50], *texts_in("de")[:50]], people=40)
    assert "50 of 100" in foreign.text
    assert "SYNTH_EMBEDDING_BASE_URL" in foreign.text
