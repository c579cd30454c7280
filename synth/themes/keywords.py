"""Words: how a text is cut into them, and which of them tell a theme from the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

#: A word of at least two letters; redaction marks and pseudonyms are blanked before.
WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
#: A word of a title: digits belong to it ("2FA", "top-up").
TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
#: Redaction marks, pseudonyms and links; each begins with a fixed letter or sign: found fast.
MARKS = re.compile(r"\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|P(?<=\bP)\d+\b|https?://\S+")
CLAUSE_END = re.compile(r"[.!?;:,\n()\"“”„«»…|/]+|\s[-–—]+\s")

#: Endings of the forms of a word, the longest first.
ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "s")
#: What "-ed" and "-ing" double ("topped"), and what else is doubled at the end of a longer word:
#: "setting" is no form of "set", nor "summer" of "sum".
DOUBLED = re.compile(r"(?<=..)([bdgmnpr])\1$")
LONG_DOUBLED = re.compile(r"(?<=...)([bdglmnprt])\1$")

KEYWORDS = 8
#: Fewer keywords than this are filled up with words that tell less.
MIN_KEYWORDS = 3


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many texts of one group have each term."""

    texts: Mapping[str, int]
    read: int  #: texts looked at
    size: int  #: texts in all


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Which share of each theme's texts has a term, for all themes of a corpus."""

    of: tuple[Mapping[str, float], ...]  #: by theme: term to share of its texts
    everywhere: Mapping[str, float]  #: term to number of texts, those in no theme included
    families: tuple[str, ...]  #: by theme: those of one family are set against each other
    highest: Mapping[str, Mapping[str, tuple[float, float]]]  #: by family: its two highest shares
    sizes: tuple[int, ...]
    total: int
    near: float  #: how much of the share in the nearest theme counts, beside the share elsewhere

    def outside(self, theme: int, term: str) -> float:
        """Return the share of all other texts with the term, smoothed by half a text."""
        inside = self.of[theme].get(term, 0.0) * self.sizes[theme]
        others = self.total - self.sizes[theme]
        # A theme that is alone is compared with as many texts that say nothing.
        return (max(self.everywhere[term] - inside, 0.0) + 0.5) / ((others or self.total) + 1)

    def nearest(self, theme: int, term: str) -> float:
        """Return the highest share that any one other theme of its family has."""
        first, second = self.highest[self.families[theme]][term]
        return second if self.of[theme].get(term, 0.0) == first else first

    def is_own(self, theme: int, term: str) -> bool:
        """Return whether no other theme of its family has more of a term."""
        return self.of[theme][term] >= self.highest[self.families[theme]][term][0]

    def lead(self, theme: int, term: str) -> float:
        """Return its share as a part of the highest that a theme of its family has."""
        return self.of[theme][term] / self.highest[self.families[theme]][term][0]

    def worth(self, theme: int, term: str) -> float:
        """Return c-TF-IDF on shares (Grootendorst 2022): share * log(1 + share / outside).

        As much as `near` of the share in the theme that has it most counts as outside.
        """
        share = self.of[theme].get(term, 0.0)
        if not share:
            return 0.0
        outside = max(self.outside(theme, term), self.near * self.nearest(theme, term))
        return share * log(1 + share / outside) if share > outside else 0.0


def compare(
    themes: Sequence[Counted], rest: Counted, *, near: float, families: Sequence[str] = ()
) -> Shares:
    """Return the shares of all terms; `rest` counts the texts in no theme.

    Without `families` all themes are of one.
    """
    everywhere: dict[str, float] = {}
    of_one = tuple(families) or ("",) * len(themes)
    highest: dict[str, dict[str, tuple[float, float]]] = {name: {} for name in of_one}
    of = [{term: n / max(one.read, 1) for term, n in one.texts.items()} for one in themes]
    for one, family, shares in zip(themes, of_one, of, strict=True):
        known = highest[family]
        for term, share in shares.items():
            everywhere[term] = everywhere.get(term, 0.0) + share * one.size
            first, second = known.get(term, (0.0, 0.0))
            if share > first:
                known[term] = (share, first)
            elif share > second:
                known[term] = (first, share)
    for term, n in rest.texts.items():
        everywhere[term] = everywhere.get(term, 0.0) + n / max(rest.read, 1) * rest.size
    sizes = tuple(one.size for one in themes)
    return Shares(
        of=tuple(of),
        everywhere=everywhere,
        families=of_one,
        highest=highest,
        sizes=sizes,
        total=sum(sizes) + rest.size,
        near=near,
    )


def choose_keywords(words: Shares, ranked: Sequence[str], theme: int) -> list[str]:
    """Return up to eight of the theme's ranked stems: those no other of its family has more of.

    So a word tells one theme from all others; where there are fewer than three such words, those
    fill the place that the theme has nearly as much of as the one that has most.
    """
    own = [term for term in ranked if words.is_own(theme, term)]
    missing = set(ranked[: max(0, MIN_KEYWORDS - len(own))]) - set(own)
    others = [term for term in ranked if not words.is_own(theme, term)]
    others.sort(key=lambda term: -words.lead(theme, term))
    return [*own, *others[: len(missing)]][:KEYWORDS]


def telling(words: Shares, theme: int) -> dict[str, float]:
    """Return what stems are worth that the theme has more of than the rest, best first."""
    worth = {term: words.worth(theme, term) for term in words.of[theme]}
    ranked = sorted((-worth[term], term) for term in worth if worth[term] > 0)
    return {term: -less for less, term in ranked}


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return a rough stem, only to see that two forms are one word.

    A letter doubled before "-ed", "-ing" or "-er" is single again ("transferred", "topped").
    """
    word = word.removesuffix("'s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            word = DOUBLED.sub(r"\1", word) if ending in ("ed", "ing") else word
            break
    word = _bare(word)
    return _bare(word[:-2]) if len(word) > 4 and word.endswith("er") else word


def _bare(word: str) -> str:
    """Return a word without a vowel at its end, and without what is doubled before."""
    word = word[:-1] if len(word) > 3 and word[-1] in "ey" else word
    return LONG_DOUBLED.sub(r"\1", word)
