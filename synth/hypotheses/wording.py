"""Honesty guards: what a draft's own words may not say without the numbers or quotes for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth.hypotheses.shares import COUNTED, k_of_n, ratio_breaches, share_breaches
from synth.hypotheses.types import Content, Side

SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
#: Words that claim a share, with the least share they may be said of.
QUANTIFIERS = (
    (re.compile(r"\b(?:all|every|each|everyone|everybody|always)\b", re.IGNORECASE), 1.0),
    (
        re.compile(
            r"\b(?:most|majority|mostly|usually|typically|the bulk of|generally)\b", re.IGNORECASE
        ),
        0.5,
    ),
    (
        re.compile(
            r"\b(?:many|numerous|often|frequently|a lot of|lots of|plenty of|widespread|countless"
            r"|dozens|hundreds|common(?:ly)?)\b",
            re.IGNORECASE,
        ),
        0.25,
    ),
    (
        re.compile(
            r"\b(?:users?|customers?|people|clients|teams)\s+(?:\w+\s+)?"
            r"(?:wants?|needs?|loves?|hates?|prefers?|expects?|demands?)\b",
            re.IGNORECASE,
        ),
        0.0,
    ),
)
#: Counting everybody measured is no claim about a share.
NOT_A_CLAIM = re.compile(r"\b(?:at all|all of this|each other|every time)\b", re.IGNORECASE)
CAUSAL = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)|leads? to|led to|leading to|results? in|resulted in|drives?|drove"
    r"|due to|because of|triggers?|triggered|makes? (?:people|users|customers|them)"
    r"|prevents?|prevented|forces?|forced|is why|are why|the reason|stems? from|stemmed from"
    r"|results? from|resulted from|owing to|thanks to|as a result|consequently|root cause"
    r"|responsible for|to blame|explains? (?:the|why)|hurts?|drags? down)\b",
    re.IGNORECASE,
)
#: A speaker who names the mechanism: what follows from what, in their own words.
MECHANISM = re.compile(
    r"\b(?:because|since|so (?:i|we|they|that)|that'?s why|that’s why|therefore|until|unless"
    r"|had to|have to|needs? (?:an?|the)|could(?:n'?t|n’t| not)|can(?:'?t|’t|not)"
    r"|without|which meant|ended up|gave up|stopped|waiting for)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")


def check_wording(content: Content) -> list[str]:
    """Return why the text may not be shown, one line per breach; empty: nothing found."""
    return list(dict.fromkeys(_breaches(content)))


def _breaches(content: Content) -> Iterator[str]:
    yield from _empty_words(content)
    figures = content.figures or (content.scale,)
    texts = (
        content.title, content.solution, content.because, content.counter_note,
        *content.side_words,
    )  # fmt: skip
    # Claims are left out: there the store writes a target as "35 in 100".
    yield from ratio_breaches("\n".join(texts))
    for text in (*texts, *(claim.text for claim in content.claims)):
        for sentence in SENTENCE.split(text):
            yield from share_breaches(sentence, figures)
            yield from _quantifiers(sentence)
            yield from _cause(sentence, content)


def _cause(sentence: str, content: Content) -> Iterator[str]:
    if not CAUSAL.search(sentence):
        return
    if not names_mechanism(content):
        yield f"“{sentence}” claims a cause, and no quote names how it comes about"
    elif not content.is_stratified:
        yield f"“{sentence}” claims a cause, and the link was not shown to hold inside segments"


def names_mechanism(content: Content) -> bool:
    """Return whether a quote for the claim says what follows from what."""
    return any(
        citation.side is Side.FOR and MECHANISM.search(citation.quote)
        for citation in content.citations
    )


def _empty_words(content: Content) -> Iterator[str]:
    if not WORD.search(content.title):
        yield "it has no title"
    for name, text in (("solution", content.solution), ("because", content.because)):
        if len(WORD.findall(text)) < 3:
            yield f"its {name} says nothing: “{text}”"


def _quantifiers(sentence: str) -> Iterator[str]:
    plain = NOT_A_CLAIM.sub("", sentence)
    shares = [k / max(1, n) for k, n in map(k_of_n, COUNTED.finditer(sentence))]
    for pattern, least in QUANTIFIERS:
        found = pattern.search(plain)
        if found and not any(share >= least for share in shares):
            yield f"“{found[0]}” is said without a share of people that allows it"
