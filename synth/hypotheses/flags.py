"""What a reader should look at twice in a passage: irony, jargon, words that translate badly."""

from __future__ import annotations

import re
from enum import StrEnum

from synth.hypotheses.language import foreign_language


class Flag(StrEnum):
    """Why words may not mean what they seem to; a flag never decides anything."""

    SARCASM = "sarcasm"  #: praise where a complaint is likely
    JARGON = "jargon"  #: names of systems, abbreviations, words of a trade
    TRANSLATION_RISK = "translation_risk"  #: another language, or a figure of speech


SARCASM = re.compile(
    r"\b(?:yeah,? right|oh,? (?:great|joy|good|wonderful|lovely|brilliant|perfect)"
    r"|just what (?:i|we) (?:needed|wanted)|so much for|thanks for nothing|how (?:nice|lovely) of"
    r"|(?:love|like) (?:how|it when|that) (?:it|the|my|our|every)|(?:must be|it'?s) a feature"
    r"|(?:great|nice|good|lovely|wonderful|brilliant|fantastic|perfect|excellent|awesome|superb)"
    r"[,!. ]+(?:another|yet another|again|once again|once more|as (?:always|usual)|job (?:on|with))"
    r"|surely (?:that|this|it) (?:isn'?t|can'?t|is not|cannot))\b|(?:^|\s)/s\b|\bslow[ -]?clap\b",
    re.IGNORECASE,
)
#: Abbreviations everybody knows.
PLAIN_WORDS = "AM API CSV EU FAQ GB ID IT MB OK PC PDF PM TV UI UK URL US USA USD VIP"
PLAIN = frozenset(PLAIN_WORDS.split())
CAPITALS = re.compile(r"\b[A-Z][A-Z0-9]+s?\b")
IDENTIFIER = re.compile(r"\b\w+_\w+\b|\b[a-z]+[A-Z]\w*\b|\b\w+\(\)|--\w+")
FIGURE_OF_SPEECH = re.compile(
    r"\b(?:piece of cake|no brainer|rocket science|killing (?:me|us)|nightmare|drives? (?:me|us) "
    r"(?:nuts|mad|crazy|up the wall)|pain in the|hit the (?:roof|wall)|back to square one"
    r"|wild goose"
    r"|needle in a haystack|the last straw|shoot (?:myself|ourselves) in the foot|a black box"
    r"|out of the blue|fed up|dead end|hoops|white elephant|mickey mouse)\b",
    re.IGNORECASE,
)


def find_flags(text: str) -> tuple[Flag, ...]:
    """Return the flags of a passage, each once."""
    flags = []
    if SARCASM.search(text.replace("’", "'")):
        flags.append(Flag.SARCASM)
    if IDENTIFIER.search(text) or any(
        word.removesuffix("s") not in PLAIN for word in CAPITALS.findall(text)
    ):
        flags.append(Flag.JARGON)
    if foreign_language(text) is not None or FIGURE_OF_SPEECH.search(text):
        flags.append(Flag.TRANSLATION_RISK)
    return tuple(flags)
