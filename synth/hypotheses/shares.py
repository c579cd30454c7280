"""Shares in prose: a percentage, a fraction or a multiple needs its k of n people beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from synth.core.proportions import SMALL_N, Proportion

#: "6 of 8 (41-93 %)": the one form in which a small share may be written.
NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+)"
COUNTED = re.compile(rf"{NUMBER} of {NUMBER}(?: \(\d+-\d+ %\))?")
WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100,
}  # fmt: skip
WORD = "(?:" + "|".join(word for word in WORDS if len(word) > 2) + ")"
FIGURE = rf"(?:\d+(?:[.,]\d+)?|{WORD}(?:[ -]{WORD})*)"
PERCENTAGE = re.compile(
    rf"(?<!\w){FIGURE}[\s-]*"
    r"(?:%|％|(?:pct|p\.\s?c|percentage points?|per[\s-]?cent(?:age)?|pp|pts)\b)",
    re.IGNORECASE,
)
#: "9 in 10", "three out of four": a share nobody counted; "step 3 in 5 minutes" is none.
RATIO = re.compile(
    rf"\b(?:\d+|{WORD}) (?:in|out of)(?: every)? (?:\d+|{WORD})\b"
    r"(?!\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|steps?|clicks?)\b)",
    re.IGNORECASE,
)
HALF = re.compile(
    r"\b(?:half of|half (?=(?:the|our|all|these|those|them)\b)|(?:about|over|almost|nearly) half"
    r"(?! an?\b)|(?:more|less) than half)\b",
    re.IGNORECASE,
)
PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
FRACTION = re.compile(
    rf"\b(an?|\d|{WORD})[\s-]({'|'.join(PARTS)})(?:s\b(?! (?:ago|in a row|now)\b)|(?= of\b))",
    re.IGNORECASE,
)
#: How far a fraction in words may be from the counted share beside it.
SLACK = 0.05
#: "three times as often", "doubled", "2x": a comparison that no count of the store bears out.
MULTIPLE = re.compile(
    rf"\b(?:{FIGURE}[\s-]?(?:times (?:as|more|less|the)\b|fold\b|x\b)|twice (?:as|the)\b"
    r"|(?:doubl|tripl|halv)(?:es?|ed|ing)\b)",
    re.IGNORECASE,
)


def k_of_n(found: re.Match[str]) -> tuple[int, int]:
    """Return the counts of a match of COUNTED."""
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def share_breaches(sentence: str, figures: Collection[Proportion]) -> Iterator[str]:
    """Yield each share in `sentence` that the counts in `figures` do not allow as it stands."""
    known = {(figure.k, figure.n) for figure in figures}
    counted = [k_of_n(found) for found in COUNTED.finditer(sentence)]
    for found in COUNTED.finditer(sentence):
        if k_of_n(found) not in known:
            yield f"“{found[0]}” is no count of this hypothesis"
    bare = COUNTED.sub("", sentence)
    for text in _percentages(bare, figures):
        yield f"“{text}” stands without its k of n people"
    shares = [k / n for k, n in counted if n and (k, n) in known]
    for text, value in _fractions(bare):
        if not any(abs(share - value) <= SLACK for share in shares):
            yield f"“{text}” stands without its k of n people"
    yield from (f"“{one[0]}” compares what nobody counted" for one in MULTIPLE.finditer(bare))


def ratio_breaches(text: str) -> Iterator[str]:
    """Yield each "9 in 10"; such a share has no people behind it."""
    yield from (f"“{found[0]}” is no count of people" for found in RATIO.finditer(text))


def _percentages(bare: str, figures: Collection[Proportion]) -> Iterator[str]:
    counted = {round(100 * figure.k / figure.n) for figure in figures if figure.n >= SMALL_N}
    for found in PERCENTAGE.finditer(bare):
        digits = re.match(r"\d+(?:[.,]\d+)?", found[0])
        if digits is None or round(float(digits[0].replace(",", "."))) not in counted:
            yield found[0]


def _fractions(bare: str) -> Iterator[tuple[str, float]]:
    for half in HALF.finditer(bare):
        yield half[0].strip(), 0.5
    for found in FRACTION.finditer(bare):
        top, bottom = found[1].casefold(), found[2].casefold()
        yield found[0], (int(top) if top.isdigit() else WORDS.get(top, 99)) / PARTS[bottom]
