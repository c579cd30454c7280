"""The label scorers on cases worked by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from evals.scorers.labels import (
    Held,
    diversity,
    duplicates,
    generic,
    intrusion,
    npmi,
)

#: Three themes along three axes, five held-out passages each.
HELD = Held(vectors=np.repeat(np.eye(3), 5, axis=0), theme=np.repeat(np.arange(3), 5))


def rate(titles, **options):
    scores = intrusion(np.asarray(titles, dtype=np.float64), HELD, seed=1, **options)
    assert [score.item for score in scores] == ["0", "1", "2"]
    return [score.value for score in scores]


def test_titles_of_their_own_theme_find_every_intruder():
    assert rate(np.eye(3)) == [1, 1, 1]
    assert rate(np.eye(3), near=True) == [1, 1, 1]


def test_titles_of_other_themes_and_of_none_find_no_intruder():
    assert rate(np.roll(np.eye(3), 1, axis=0)) == [0, 0, 0]
    # Equally far from all: a tie is no answer.
    assert rate(np.ones((3, 3)) / np.sqrt(3)) == [0, 0, 0]


def test_only_a_near_intruder_troubles_a_title_between_two_themes():
    between = np.asarray([[1, 1, 0], [0, 1, 0], [0, 0, 1]]) / np.sqrt([[2], [1], [1]])
    held = Held(
        vectors=np.vstack([np.eye(3)[[0] * 5], [[0.6, 0.8, 0.0]] * 5, np.eye(3)[[2] * 5]]),
        theme=HELD.theme,
    )
    assert held.nearest(0) == 1
    assert intrusion(between, held, seed=1, near=True)[0].value == 0
    assert 0 < intrusion(between, held, seed=1)[0].value < 1


def test_a_theme_with_too_few_passages_is_not_measured():
    held = Held(vectors=HELD.vectors[:13], theme=HELD.theme[:13])
    assert held.measured() == [0, 1]


def test_diversity_counts_words_of_several_themes_once():
    assert diversity([("card", "pin"), ("Card", "refund")]) == pytest.approx(3 / 4)
    assert diversity([()]) == 0


def test_titles_that_are_equal_or_say_nothing_are_counted():
    assert duplicates(["Lost card", "lost  card", "Lost phone"]) == 1
    assert duplicates(["Transfer money", "Transferred money", "Money for my transfer"]) == 2
    assert duplicates(["Card has arrived", "Card has not arrived", "Export 2", "Export 3"]) == 0
    assert generic(["User feedback", "Issues of the customer", "Login issues"]) == 2


def test_npmi_of_hand_worked_counts():
    texts = [{"a", "b"}, {"a", "b"}, {"a"}, {"c"}]
    together, alone = 2 / 4, (3 / 4) * (2 / 4)
    expected = log(together / alone) / -log(together)
    assert npmi([("a", "b"), ("a", "c"), ("a",)], texts) == pytest.approx([expected, -1, 0])
