"""Short answers are read with their questions, and the form of a talk weighs less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.themes.context import has_enough_words, is_answer, with_questions, without_form

QUESTION = "Is it the waiting for the export that bothers you?"


def unit_rows(n, seed=1, dimensions=32):
    rows = np.random.default_rng(seed).normal(size=(n, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Yes, exactly that", QUESTION, True),
        ("It is far too slow", QUESTION, True),
        ("Yes", QUESTION, False),
        ("[EMAIL] [PHONE] yes", QUESTION, False),
        ("Yes, exactly that", "", False),
        ("Yes, exactly that", "And then?", False),
        ("I wait ten minutes every morning for the file", QUESTION, False),
    ],
)
def test_what_is_an_answer_that_needs_its_question(text, question, expected):
    assert is_answer(text, question) is expected


def test_a_mark_of_redaction_is_no_word():
    assert has_enough_words("the export never ends")
    assert not has_enough_words("the [PERSON_1] never [EMAIL]")


def test_an_answer_moves_towards_its_question_the_more_the_shorter_it_is():
    rows, question = unit_rows(3), unit_rows(1, seed=9)[0]
    texts = ["it never ends", "yes that is it", "yes the export takes me ages"]
    moved = with_questions(rows, texts, {1: question, 2: question})
    assert np.array_equal(moved[0], rows[0])
    # Four words beside five, then six beside five.
    assert moved[1] == pytest.approx(mixed(rows[1], question, 4), abs=1e-6)
    assert moved[2] == pytest.approx(mixed(rows[2], question, 6), abs=1e-6)
    assert np.array_equal(with_questions(rows, texts, {}), rows)


def mixed(answer, question, words):
    sum_of_both = words * answer + 5 * question
    return sum_of_both / np.linalg.norm(sum_of_both)


def test_passages_of_a_talk_come_apart_and_meet_those_of_others():
    random = np.random.default_rng(3)
    subject, form = random.normal(size=(4, 64)), random.normal(size=(3, 64))
    talk, about = np.repeat(np.arange(3), 40), np.tile(np.arange(4), 30)
    rows = subject[about] + form[talk] + 0.3 * random.normal(size=(120, 64))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    freed = without_form(rows, [f"talk {one}" for one in talk])

    def same(vectors, left, right):
        cosines = vectors @ vectors.T
        return cosines[(left[:, None] == left) & (right[:, None] != right)].mean()

    assert same(freed, about, talk) > same(rows, about, talk)
    assert same(freed, talk, about) < same(rows, talk, about) - 0.05
    assert np.allclose(np.linalg.norm(freed, axis=1), 1, atol=1e-5)


@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 99))
def test_equal_texts_stay_equal_whatever_talk_they_are_from(n, talks, seed):
    random = np.random.default_rng(seed)
    rows = unit_rows(max(1, n // 3), seed)[random.integers(0, max(1, n // 3), n)]
    freed = without_form(rows, [f"{one}" for one in random.integers(0, talks, n)])
    for row in range(n):
        alike = (rows == rows[row]).all(axis=1)
        assert (freed[alike] == freed[row]).all()


def test_texts_that_stand_alone_are_as_they_were():
    rows = unit_rows(5)
    assert without_form(rows, list("abcde")) is rows
    assert without_form(rows[:0], []).shape == (0, 32)
