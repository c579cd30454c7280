"""E15: does every number in a draft follow from the people? Recounts; shares nothing with guards.

Cannot see a claim without a number or a quantity word that is wrong all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from evals.types import Score

NAME = "prevalence"
SMALL = 30
#: How the two breaches that nobody may read in a small study are told.
BARE, UNSUPPORTED = "is bare", "a quantity word without its share"
PAIR = re.compile(r"(\d[\d,]*) of (\d[\d,]*)(?: \((\d+)-(\d+) %\))?")
NUMBER = re.compile(r"(?<![A-Za-z\d])\d[\d,]*(?:\.\d+)?")
PERCENT = re.compile(r"(\d[\d,.]*)\s*(?:%|percent|per cent|pct)", re.IGNORECASE)
MOST = re.compile(r"\b(?:most|majority|mostly|usually|typically)\b", re.IGNORECASE)
MANY = re.compile(r"\b(?:many|numerous|often|widespread|a lot of)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Every count a draft may state, recounted from sets of people."""

    reach: tuple[int, int]  #: of those hit, who speak about the theme: must be stated
    pairs: frozenset[tuple[int, int]]
    levels: tuple[float, ...]  #: baseline and target, as shares
    searched: int
    people: frozenset[int]  #: counts of people that stand alone: "12 were heard and measured"


def score(item: str, texts: Sequence[str], counts: Counts, *, beside: Sequence[str] = ()) -> Score:
    """Return 1 if every number holds and `texts` state the reach with its denominator.

    Numbers `beside` them, in what a draft says of cause and next step, must hold too.
    """
    wrong = list(problems(texts, counts, beside))
    return Score(
        name=NAME, item=item, value=0.0 if wrong else 1.0, cluster=item, evidence="; ".join(wrong)
    )


def problems(texts: Sequence[str], counts: Counts, beside: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with the numbers of a draft."""
    stated = [pair for text in texts for pair in _pairs(text)]
    if counts.reach[1] and counts.reach not in stated:
        yield f"the reach {counts.reach} is not stated"
    for text in (*texts, *beside):
        for sentence in re.split(r"(?<=[.;])\s+", text):
            yield from _sentence(sentence, counts)


def _sentence(sentence: str, counts: Counts) -> Iterator[str]:
    for found in PAIR.finditer(sentence):
        pair = (_int(found[1]), _int(found[2]))
        if pair not in counts.pairs:
            yield f"{found[0]} is no count"
        elif found[3] is not None and (_int(found[3]), _int(found[4])) != _interval(*pair):
            yield f"{found[0]} has another interval"
    bare = PAIR.sub(" ", sentence)
    shares = {round(100 * k / n): n for k, n in sorted(counts.pairs, key=lambda pair: pair[1]) if n}
    for found in PERCENT.finditer(bare):
        n = shares.get(round(float(found[1].replace(",", ""))), 0)
        if n < SMALL:
            yield f"{found[0]} {BARE}"
    rest = PERCENT.sub(" ", bare)
    allowed = {100.0, float(counts.searched), *map(float, counts.people)}
    allowed |= {round(100 * level, 6) for level in counts.levels}
    for found in NUMBER.finditer(rest):
        value = float(found[0].replace(",", ""))
        if not any(abs(value - one) < 0.06 for one in allowed):
            yield f"{found[0]} comes from nowhere"
    for word, least in ((MOST, 0.5), (MANY, 0.25)):
        if word.search(sentence) and not any(
            n and k / n >= least for k, n in _pairs(sentence) if (k, n) in counts.pairs
        ):
            yield f"{UNSUPPORTED}: {sentence[:80]}"


def _pairs(text: str) -> list[tuple[int, int]]:
    return [(_int(found[1]), _int(found[2])) for found in PAIR.finditer(text)]


def _int(text: str) -> int:
    return int(text.replace(",", ""))


def _interval(k: int, n: int) -> tuple[int, int]:
    """Return the Wilson interval in whole percent, worked out here once more."""
    if n == 0:
        return (0, 100)
    z, p = 1.959963984540054, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
    return (0 if k == 0 else int(f"{low:.0f}"), 100 if k == n else int(f"{high:.0f}"))
