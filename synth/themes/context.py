"""What a passage is compared by: its words and what they answer, not the form of its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import group_sums, unit
from synth.themes.keywords import MARKS, WORD
from synth.themes.neighbours import Floats

#: Words of a passage that says something by itself ("yes, exactly" does not), and of one that does
#: so as the answer to a question.
MIN_WORDS, MIN_ANSWER = 4, 3

#: An answer shorter than this is read with its question, which counts like so many words of it.
SHORT_ANSWER, QUESTION_COUNTS = 8, 5

#: How much is taken out of what the passages of a long document have in common, and after how many
#: it is half of that: what a few passages share is what they are about.
FORM_SHARE, HALF_LENGTH = 0.3, 10


def has_enough_words(text: str) -> bool:
    """Return whether a passage says enough to be compared; redaction marks are no words."""
    return _words(text) >= MIN_WORDS


def is_answer(text: str, question: str) -> bool:
    """Return whether a passage is so short an answer that its question says what it is about."""
    return MIN_ANSWER <= _words(text) < SHORT_ANSWER and has_enough_words(question)


def with_questions(
    vectors: Vectors, texts: Sequence[str], questions: Mapping[int, Floats | Vectors]
) -> Vectors:
    """Return unit rows of which short answers, by row, are moved towards their questions.

    The fewer words an answer has, the more its question says.
    """
    moved = vectors.copy()
    for row, question in questions.items():
        moved[row] = unit((_words(texts[row]) * vectors[row] + QUESTION_COUNTS * question)[None])[0]
    return moved


def without_form(vectors: Vectors, documents: Sequence[str]) -> Vectors:
    """Return unit rows less a part of what all rows of the same document have in common.

    Who speaks, how, and to whom colours every passage of a conversation and would glue them
    together. Equal rows stay equal, whatever documents they are from.
    """
    _, document = np.unique(np.asarray(documents), return_inverse=True)
    counts = np.bincount(document)
    if not (counts > 1).any():
        return vectors
    apart = group_sums(vectors, document) / counts[:, None] - vectors.mean(axis=0, dtype=np.float64)
    share = FORM_SHARE * (counts - 1) / (counts - 1 + HALF_LENGTH)
    form = (share[:, None] * apart).astype(np.float32)[document]
    rows = (vectors - _same_for_equals(form, vectors)).astype(np.float64)
    return unit(rows).astype(np.float32)


def _same_for_equals(form: Vectors, vectors: Vectors) -> Vectors:
    """Return `form` with the mean of equal rows of `vectors` for each of them."""
    seen: dict[bytes, int] = {}
    belongs = np.asarray([seen.setdefault(row.tobytes(), len(seen)) for row in vectors])
    if len(seen) == len(vectors):
        return form
    means = group_sums(form, belongs) / np.bincount(belongs)[:, None]
    return np.asarray(means.astype(np.float32)[belongs])


def _words(text: str) -> int:
    return len(WORD.findall(MARKS.sub(" ", text)))
