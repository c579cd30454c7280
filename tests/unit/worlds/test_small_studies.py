"""Small studies and other languages keep what they promise."""

import pytest

from evals.worlds.bank import shared_words
from evals.worlds.generator import make_world
from evals.worlds.interviews import CHATTER, chatter, make_study
from evals.worlds.languages import NAMES, WORDINGS, bank_in


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_six_themes_of_twelve_different_wordings(language):
    themes = bank_in(language)
    assert {theme.key for theme in themes} == set(NAMES["de"]) == set(NAMES["es"])
    texts = [text for theme in themes for text in theme.wordings]
    assert len(texts) == len(set(texts)) == 6 * WORDINGS
    assert all(not shared_words(theme) for theme in themes)


def test_worlds_differ_by_language_in_their_words_only():
    english, german = (make_world(3, themes=bank_in(language)) for language in ("en", "de"))
    assert [one.theme for one in english.said] == [one.theme for one in german.said]
    assert english.cause == german.cause
    assert english.anomaly == german.anomaly
    assert {one.text for one in english.said}.isdisjoint(one.text for one in german.said)


@pytest.mark.parametrize("people", [1, 5, 6, 20])
def test_a_study_has_its_people_and_says_nothing_twice(people):
    study = make_study(11, people=people)
    assert len(study.people) == people
    assert len(study.planted) == 5
    assert all(group for group in study.planted.values())
    talk = [one for one in study.said if not one.theme]
    assert len(talk) == people * CHATTER
    if people <= 6:
        assert len({one.text for one in study.said}) == len(study.said)
    assert study == make_study(11, people=people)
    assert study.said != make_study(12, people=people).said


def test_small_talk_is_about_no_theme():
    words = " ".join(chatter()).casefold()
    for theme in ("import", "invoice", "dark", "dashboard", "notification", "password"):
        assert theme not in words
    assert len(set(chatter())) == len(chatter()) >= 40
