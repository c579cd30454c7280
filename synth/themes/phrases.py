"""What people say in so many words: the phrases of running words that are worth a title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth.themes.function_words import Lexicon, word_set
from synth.themes.keywords import stem
from synth.themes.neighbours import Ints

#: Longest phrase, in words and in words that tell something.
MAX_WORDS, MAX_TELLING = 6, 4

PARTICLES = word_set("up off out down back away")
#: Weak words that may end a phrase ("card not working") or begin one ("second card").
LAST_WEAK = word_set("working work worked showing funktioniert funciona fonctionne")
FIRST_WEAK = word_set("new old second first next different find")
#: Negations that read well at the start of a title.
FIRST_NEGATION = word_set(
    "no without can't cannot don't didn't won't never kein keine keinen ohne sin sans"
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word, and what it does in a phrase."""

    form: str  #: as said inside a sentence; only words that tell something keep their capitals
    stem: str  #: "" where it tells nothing
    part: str  #: in the key of a phrase, after a blank: its stem, - where it negates; else ""
    particle: str  #: at the end of the key of a phrase that ends with it: blank, + and itself
    is_strong: bool  #: whether it tells something without others; each phrase has such a word
    is_counted: bool  #: whether it is one of the words of a theme: a strong one of three letters
    may_begin: bool  #: whether a phrase may begin with it
    may_end: bool
    parts: bool  #: whether another clause begins with it


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where phrases are said: a row per place."""

    start: Ints  #: place of the first word
    length: Ints  #: number of words
    wording: Ints  #: number of these words
    first: Ints  #: by wording: one of its rows

    def wordings(self, numbers: Ints) -> Iterator[Ints]:
        """Yield the words of wordings of a length, the shortest first: a column per wording."""
        start, length = self.start[self.first], self.length[self.first]
        for n in range(1, MAX_WORDS + 1):
            yield numbers[start[length == n] + np.arange(n)[:, None]]


def look_up(said: str, lexicon: Lexicon) -> Word:
    """Return what a word is in the languages of a corpus; "" stands between clauses."""
    word = said.lower()
    is_negation = word in lexicon.negations
    is_function = is_negation or word in lexicon.function or len(word) < 2 or word.isdigit()
    is_weak = not is_function and word in lexicon.weak
    is_strong = not is_function and not is_weak
    root = "" if is_function else stem(word)
    return Word(
        form=said if is_strong else word,
        stem=root,
        part=" -" if is_negation else f" {root}" if root else "",
        particle=f" +{word}" if word in PARTICLES else "",
        is_strong=is_strong,
        is_counted=lexicon.is_telling(word),
        may_begin=is_strong
        or (is_weak and word in FIRST_WEAK)
        or (is_negation and word in FIRST_NEGATION),
        may_end=is_strong or (is_weak and word in LAST_WEAK) or word in PARTICLES,
        parts=not word or (word in lexicon.clause_starts and word != lexicon.joiner),
    )


def find_phrases(numbers: Ints, words: Sequence[Word]) -> Places:
    """Return where phrases begin and end with words that tell something.

    `numbers` are the running words, each clause ended by a word that `parts`.
    """
    tells = np.array([word.stem != "" for word in words])
    is_strong = np.array([word.is_strong for word in words])
    may_end = np.array([word.may_end for word in words])
    parts = np.array([word.parts for word in words])
    start = np.flatnonzero(np.array([word.may_begin for word in words])[numbers])
    path = telling = strong = np.zeros_like(start)
    starts, paths, known = [], [], 0
    for length in range(1, MAX_WORDS + 1):
        word = numbers[start + length - 1]
        goes_on = telling + tells[word] <= MAX_TELLING
        if length > 1:
            goes_on &= ~parts[word]
        start, word, path, telling, strong = (
            column[goes_on] for column in (start, word, path, telling, strong)
        )
        telling, strong = telling + tells[word], strong | is_strong[word]
        # The words so far are numbered anew with each word, so that no number grows large.
        different, path = np.unique(path * len(words) + word, return_inverse=True)
        ends = (strong > 0) & may_end[word]
        starts.append(start[ends])
        paths.append(path[ends] + known)
        known += len(different)
    _, first, wording = np.unique(np.concatenate(paths), return_index=True, return_inverse=True)
    lengths = np.repeat(np.arange(1, MAX_WORDS + 1), [len(found) for found in starts])
    return Places(start=np.concatenate(starts), length=lengths, wording=wording, first=first)


def telling_in(key: str) -> set[str]:
    """Return the stems of a phrase's key."""
    return {part for part in key.split() if part[0] not in "+-"}
