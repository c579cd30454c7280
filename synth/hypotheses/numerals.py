"""Numbers in prose: each must be a number of the store, of a quote, or of words known before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from synth.core.proportions import SMALL_N
from synth.hypotheses.phrasing import PERCENT_UNITS, SHARE_UNITS, metric_words, plain_number
from synth.hypotheses.shares import WORDS
from synth.hypotheses.types import Content

#: A figure that is no part of a word: "P12", "v2" and "3rd" are names.
FIGURE = re.compile(r"(?<![\w.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w)")
PEOPLE = (
    r"(?:people|persons?|users?|customers?|clients?|participants?|respondents?|interviewees?"
    r"|speakers?|accounts?|teams?|companies|of (?:them|us|those|these))"
)
#: "three users", "5 new customers": a count of people, in the solution too.
COUNTS_PEOPLE = re.compile(
    rf"\b(\d+(?:,\d{{3}})*|{'|'.join(word for word, value in WORDS.items() if value > 1)})"
    rf"\s+(?:\w+\s+)?{PEOPLE}\b",
    re.IGNORECASE,
)


def number_breaches(content: Content, known_texts: Iterable[str] = ()) -> Iterator[str]:
    """Yield each number that neither the store nor a cited quote nor `known_texts` holds.

    The solution may name numbers of what is to be built ("three fields"), but no count of people.
    """
    known = _known(content, known_texts)
    words = (
        content.title,
        content.because,
        *content.side_words[:-1],  # the next step names numbers of people still to be asked
        *(claim.text for claim in content.claims),
    )
    for text in words:
        for found in FIGURE.finditer(text):
            if _value(found[0]) not in known:
                yield f"“{found[0]}” is no number of the store; write what was counted"
    for text in (*words, content.solution):
        for found in COUNTS_PEOPLE.finditer(text):
            if _count(found[1]) not in known:
                yield f"“{found[0]}” is no count of the store; write what was counted"


def _known(content: Content, known_texts: Iterable[str]) -> set[float]:
    numbers: set[float] = set()
    for figure in content.figures or (content.scale,):
        numbers |= {float(figure.k), float(figure.n)}
        numbers |= {float(f"{100 * figure.low:.0f}"), float(f"{100 * figure.high:.0f}")}
        if figure.n >= SMALL_N:
            numbers.add(float(f"{100 * figure.k / figure.n:.0f}"))
    for level in (content.baseline, content.target):
        numbers |= {level, _value(plain_number(level))}
        if content.unit in SHARE_UNITS | PERCENT_UNITS:
            numbers |= {100.0, _value(plain_number(level * _scale(content.unit)))}
    quotes = (citation.quote for citation in content.citations)
    stored = (content.counter_note, metric_words(content.metric), content.target_from)
    for text in chain(quotes, stored, known_texts):
        numbers |= {_value(found[0]) for found in FIGURE.finditer(text)}
        numbers |= {float(_count(found[1])) for found in COUNTS_PEOPLE.finditer(text)}
    return numbers


def _scale(unit: str) -> int:
    return 100 if unit in SHARE_UNITS else 1


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _count(text: str) -> float:
    lower = text.casefold()
    return float(WORDS[lower]) if lower in WORDS else _value(text)
