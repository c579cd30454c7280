"""What people say in so many words: clauses of a text, and the phrases in them worth a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from synth.themes.function_words import Lexicon, word_set
from synth.themes.keywords import CLAUSE_END, MARKS, TOKEN, stem

#: Longest phrase, in words and in words that tell something.
MAX_WORDS, MAX_TELLING = 6, 4

#: Words that drop out of a sentence without a trace.
HESITATION = re.compile(
    r"\b(?:u+h+m*|u+m+|e+r+m*|hm+|mhm+|ah|eh|oh|yeah|ok(?:ay)?|ähm?|euh|eh?m+|you know|i mean|"
    r"kind of|sort of)\b",
    re.IGNORECASE,
)
PARTICLES = word_set("up off out down back away")
#: Weak words that may end a phrase ("card not working") or begin one ("second card").
LAST_WEAK = word_set("working work worked showing funktioniert funciona fonctionne")
FIRST_WEAK = word_set("new old second first next different find")
#: Negations that read well at the start of a title.
FIRST_NEGATION = word_set(
    "no without can't cannot don't didn't won't never kein keine keinen ohne sin sans"
)


class Phrase(NamedTuple):
    """One place where a phrase was said."""

    key: str  #: telling stems, negations (-) and particles (+): the same for every wording
    words: str  #: as said, a capital at the start of the clause taken down
    before: str  #: the telling word right before it; empty: none
    after: str


def clauses_of(text: str) -> list[list[str]]:
    """Return the words of each clause; marks of redaction, pseudonyms and links part clauses."""
    plain = HESITATION.sub(" ", MARKS.sub(".", text.replace("’", "'")))
    found = (TOKEN.findall(clause) for clause in CLAUSE_END.split(plain))
    return [_calmed(words) for words in found if words]


def phrases_in(words: Sequence[str], lexicon: Lexicon) -> Iterator[Phrase]:
    """Yield the phrases of a clause that begin and end with words that tell something."""
    lower = [word.lower() for word in words]
    kinds = [_kind(word, lexicon) for word in lower]
    for start, kind in enumerate(kinds):
        if _may_begin(lower[start], kind):
            yield from _from(start, words, lower, kinds, lexicon)


def as_inside(word: str) -> str:
    """Return a clause's first word as it would stand inside: only an acronym keeps capitals."""
    return word if word[1:] != word[1:].lower() else word.lower()


def telling_in(key: str) -> set[str]:
    """Return the stems of a phrase's key."""
    return {part for part in key.split() if part[0] not in "+-"}


def _from(
    start: int, words: Sequence[str], lower: list[str], kinds: list[str], lexicon: Lexicon
) -> Iterator[Phrase]:
    key: list[str] = []
    strong = telling = 0
    for end in range(start, min(len(lower), start + MAX_WORDS)):
        word, kind = lower[end], kinds[end]
        if end > start and word in lexicon.clause_starts and word != lexicon.joiner:
            return
        if kind in "tw":
            telling += 1
            strong += kind == "t"
            key.append(stem(word))
        elif kind == "n":
            key.append("-")
        if telling > MAX_TELLING:
            return
        if not strong or not _may_end(word, kind, is_first=end == start):
            continue
        named = " ".join([*key, f"+{word}"] if word in PARTICLES else key)
        said = _said(words[start : end + 1], kinds[start : end + 1], start)
        yield Phrase(named, said, _beside(lower, kinds, start - 1), _beside(lower, kinds, end + 1))


def _beside(lower: list[str], kinds: list[str], place: int) -> str:
    inside = 0 <= place < len(lower)
    return stem(lower[place]) if inside and kinds[place] in "tw" else ""


def _kind(word: str, lexicon: Lexicon) -> str:
    """Return t(elling), w(eak), n(egation) or f(unction word)."""
    if word in lexicon.negations:
        return "n"
    if word in lexicon.function or len(word) < 2 or word.isdigit():
        return "f"
    return "w" if word in lexicon.weak else "t"


def _may_begin(word: str, kind: str) -> bool:
    if kind == "n":
        return word in FIRST_NEGATION
    return kind == "t" or (kind == "w" and word in FIRST_WEAK)


def _may_end(word: str, kind: str, *, is_first: bool) -> bool:
    if kind == "t":
        return True
    return not is_first and ((kind == "w" and word in LAST_WEAK) or word in PARTICLES)


def _said(words: Sequence[str], kinds: Sequence[str], start: int) -> str:
    """Return a phrase as said; capitals stay where they may belong to a name."""
    told = [word if kind == "t" else word.lower() for word, kind in zip(words, kinds, strict=True)]
    return " ".join([as_inside(told[0]) if start == 0 else told[0], *told[1:]])


def _calmed(words: list[str]) -> list[str]:
    """Return a shouted clause in lower case."""
    is_shouted = len(words) > 1 and all(word == word.upper() for word in words)
    return [word.lower() for word in words] if is_shouted else words
