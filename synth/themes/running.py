"""Texts word by word: cut into words, then one after the other as numbers."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synth.themes.keywords import CLAUSE_END, MARKS, TOKEN
from synth.themes.neighbours import Ints

#: Words that drop out of a sentence without a trace; the first letter tells most others.
HESITATION = re.compile(
    r"\b(?=[uehmaoyäiks])(?:u+h+m*|u+m+|e+r+m*|hm+|mhm+|ah|eh|oh|yeah|ok(?:ay)?|ähm?|euh|eh?m+|"
    r"you know|i mean|kind of|sort of)\b",
    re.IGNORECASE,
)
#: A word, or what ends a clause.
PART = re.compile(f"{TOKEN.pattern}|{CLAUSE_END.pattern}")


class Numbers(dict[str, int]):
    """Strings numbered by first sight."""

    def __missing__(self, new: str) -> int:
        self[new] = number = len(self)
        return number


@dataclass(frozen=True, kw_only=True)
class Running:
    """Texts one after the other."""

    words: Sequence[str]  #: by number; "" ends a clause
    numbers: Ints  #: of each word, by place
    bounds: Ints  #: by text the place where it begins; then the number of places


def plain(text: str) -> str:
    """Return a text without hesitations; marks of redaction, pseudonyms and links become stops."""
    return HESITATION.sub(" ", MARKS.sub(".", text.replace("’", "'")))


def parts_of(text: str) -> list[str]:
    """Return the words of a text, and what ends clauses between them."""
    return PART.findall(plain(text))


def run_on(texts: Iterable[Iterable[str]]) -> Running:
    """Return texts, given as words and ends of clauses, one after the other."""
    number = Numbers({"": 0})
    numbers, bounds = array("q"), array("q", [0])
    for parts in texts:
        numbers.extend(map(number.__getitem__, parts))
        numbers.append(0)
        bounds.append(len(numbers))
    calmed = _calmed(np.array(numbers, dtype=np.int64), number)
    return Running(
        words=[part if part[:1].isalnum() else "" for part in number],
        numbers=calmed,
        bounds=np.array(bounds, dtype=np.int64),
    )


def as_inside(word: str) -> str:
    """Return a clause's first word as it would stand inside: only an acronym keeps capitals."""
    return word if word[1:] != word[1:].lower() else word.lower()


def _calmed(numbers: Ints, number: Numbers) -> Ints:
    """Return words with the first of each clause as inside, and shouted clauses in lower case.

    Words that come in so are numbered too.
    """
    parts = list(number)
    is_word = np.array([part[:1].isalnum() for part in parts])[numbers]
    is_quiet = np.array([part != part.upper() for part in parts])[numbers]
    inside = np.array([number[as_inside(part)] for part in parts])[numbers]
    lower = np.array([number[part.lower()] for part in parts])[numbers]
    clause = np.cumsum(~is_word)
    is_shouted = (np.bincount(clause, is_word) > 1) & (np.bincount(clause, is_quiet) == 0)
    is_first = np.insert(~is_word[:-1], 0, True)
    return np.where(is_shouted[clause], lower, np.where(is_first, inside, numbers))
