"""What a reviewer is asked to look at: hints in words, which never hold a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth.hypotheses.flags import Flag, find_flags
from synth.hypotheses.support import find_signs
from synth.hypotheses.types import Content, Side

INTERFACE = re.compile(
    r"\b(?:buttons?|tool[ -]?tips?|modals?|banners?|pop[ -]?ups?|icons?|colou?rs?|labels?"
    r"|redesign\w*"
    r"|layouts?|menus?|drop[ -]?downs?|wizards?|walk[ -]?throughs?|onboarding tour|copy change"
    r"|micro[ -]?copy|dashboards?|landing pages?|screens?|checklists?)\b",
    re.IGNORECASE,
)
#: Somebody says that what they see is the trouble.
SEEN = re.compile(
    r"\b(?:(?:could|can|did|do)(?: not|n't|n’t|not) (?:find|see|notice|tell|understand|read)"
    r"|confus\w+|unclear|hidden|where (?:is|do|to)|looks? like|cluttered"
    r"|which (?:button|one|field)|misread|(?:no|small|tiny) (?:label|button|text|hint))\b",
    re.IGNORECASE,
)
WORDS_OF = {
    Flag.SARCASM: "may be meant ironically",
    Flag.JARGON: "uses words of a trade; ask what they mean",
    Flag.TRANSLATION_RISK: "may not survive translation",
}


def find_nudges(content: Content) -> list[str]:
    """Return what to look at before deciding, one line each."""
    return list(dict.fromkeys(_nudges(content)))


def _nudges(content: Content) -> Iterator[str]:
    quotes = [one for one in content.citations if one.side is Side.FOR]
    screen = INTERFACE.search(content.solution)
    if screen and not any(SEEN.search(one.quote) for one in quotes):
        yield (
            f"the solution changes what is seen (“{screen[0]}”), and nobody cited says that what "
            "they see is the trouble; is it a screen, or a rule, a right or a delay behind it?"
        )
    for one in content.citations:
        for flag in find_flags(one.quote):
            yield f"{one.speaker}: the quote {WORDS_OF[flag]}"
    for claim in content.claims:
        if claim.kind == "qual" and claim.cites:
            yield from _unsupported(claim.text, [content.citations[at].quote for at in claim.cites])


def _unsupported(claim: str, quotes: list[str]) -> Iterator[str]:
    # Who speaks and what the theme is called are not the quote's to bear out.
    said = re.sub(r"“[^”]*”|\bP\d+\b", "", claim)
    signs = find_signs(said, " ".join(quotes))
    for word in (*signs.numbers, *signs.names, *signs.opposites):
        yield f"“{word}” in a claim is not in the words it cites"
    if signs.negated:
        yield "a claim and the words it cites differ in a “not”"
