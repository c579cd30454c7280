"""Which words tell a theme from the others: class-based TF-IDF over texts, not over occurrences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

#: A word of at least two letters; redaction marks and pseudonyms are blanked before.
WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
MARKS = re.compile(r"\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|\bP\d+\b|https?://\S+")
SENTENCE_END = re.compile(r"[.!?;:,\n()\"“”]+")

#: Words of conversation and of complaint in general: true of every theme, so telling of none.
FILLERS = frozenset(
    WORD.findall(
        "actually ago always anyway anything basically bit came come comes completely cause day "
        "days did didn't does doesn't doing don't dont ended even ever everything exactly feel "
        "feels felt fine gave get gets getting give gives given going gone gonna good got great "
        "guess guys had happen happened happens hello help hey honest honestly hi hmm hope i'd "
        "i'll i'm i've im isn't issue issues it's its ive just keep keeps kept kind kinda know "
        "less let let's like liked likely little literally long look looked looking looks lot lots "
        "made make makes making maybe mean means might mind much need needed needs never new "
        "nice nothing now oh ok okay old one ones other people please point pretty probably "
        "problem problems put quite rather really right said saw say saying says see seem seemed "
        "seems seen show since someone something sometimes somewhere sort start still stuff sure "
        "take takes taken taking tell thank thanks that's thats there's they're thing things "
        "think thinking thought time times today told took totally tried try trying two uh um "
        "understand us use used user users using usually very wait want wanted wants was wasn't "
        "way we're we've week weeks well went what's whatever won't wondering work worked working "
        "works would wouldn't yeah year years yep yes yesterday yet you're able can't cannot "
        "couldn't customer customers hasn't haven't end team asked ask asking called whole "
        "different end add added first second last next"
    )
)

#: Stop words of scikit-learn that name things people complain about.
TELLING = frozenset(
    [
        "amount",
        "bill",
        "bottom",
        "detail",
        "empty",
        "fill",
        "find",
        "full",
        "move",
        "name",
        "system",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word or phrase of a theme."""

    text: str
    score: float  #: share of the theme's texts with it, times how rare it is elsewhere
    texts: int  #: how many different texts of the theme have it


@cache
def stop_words() -> frozenset[str]:
    """Return scikit-learn's English stop words and the fillers above."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return (frozenset(ENGLISH_STOP_WORDS) - TELLING) | FILLERS


def words_of(text: str) -> set[str]:
    """Return the distinct telling words of a text, in lower case."""
    plain = MARKS.sub(" ", text).lower().replace("’", "'")
    return {word for word in WORD.findall(plain) if word not in stop_words() and len(word) > 2}


def phrases_of(text: str) -> set[str]:
    """Return phrases of two or three words of one clause that begin and end with telling words."""
    found: set[str] = set()
    for clause in SENTENCE_END.split(MARKS.sub(".", text).lower().replace("’", "'")):
        words = WORD.findall(clause)
        for size in (2, 3):
            for start in range(len(words) - size + 1):
                phrase = words[start : start + size]
                if _is_telling(phrase[0]) and _is_telling(phrase[-1]):
                    found.add(" ".join(phrase))
    return found


def stem(word: str) -> str:
    """Return a rough stem, only to see that two forms are one word."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def rank_terms(
    themes: Sequence[Iterable[set[str]]], others: Iterable[set[str]]
) -> list[list[Term]]:
    """Return for each theme its terms, most telling first.

    `themes` holds one set of terms per text; `others` those of texts in no theme. The score is
    c-TF-IDF (Grootendorst 2022) on shares of texts: tf * log(1 + 1 / mean share elsewhere).
    """
    counts = [Counter(term for text in theme for term in text) for theme in map(list, themes)]
    sizes = [max(len(list(theme)), 1) for theme in themes]
    rest = list(others)
    everywhere = Counter(term for text in rest for term in text)
    for count in counts:
        everywhere.update(count)
    total = sum(sizes) + len(rest)
    return [
        _rank(count, size, everywhere, total) for count, size in zip(counts, sizes, strict=True)
    ]


def _rank(count: Counter[str], size: int, everywhere: Counter[str], total: int) -> list[Term]:
    terms = []
    for text, texts in count.items():
        outside = (everywhere[text] - texts + 0.5) / (total - size + 1)
        share = texts / size
        if share > outside:
            terms.append(Term(text=text, score=share * log(1 + share / outside), texts=texts))
    return sorted(terms, key=lambda term: (-term.score, term.text))


def _is_telling(word: str) -> bool:
    return len(word) > 2 and word not in stop_words()
