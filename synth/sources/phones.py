"""Where telephone numbers stand in a text: a shape that people write, then `phonenumbers`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from synth.core.spans import Span
from synth.sources.patterns import Found

#: Digits in groups; at most 24 marks, so that a long run of digits is looked at once.
CANDIDATE = re.compile(
    r"(?<!\d,)(?<![\w.:/@#-])(?:\+|\(\+?|00)?\d(?:[ ().\-/\u00a0]{0,3}\d){6,18}(?!\w)"
)
DATE = re.compile(
    r"(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d)(?:$|\s)"
)
THOUSANDS = re.compile(r"\d{1,3}(?:[ .\u00a0]\d{3})+")
MONEY_BEFORE = re.compile(r"(?:[$€£¥]|\b(?:eur|usd|gbp|chf))\s?$", re.IGNORECASE)
UNIT_AFTER = re.compile(
    r"\s?(?:[$€£¥%]|(?:eur|usd|gbp|euros?|dollars?|users?|people|rows?|records?|customers?|"
    r"tickets?|bytes|ms|mb|gb|kb)\b)",
    re.IGNORECASE,
)
SAID_BEFORE = re.compile(
    r"(?:phone|call|tel|telephone|mobile|cell|whatsapp|sms|text|fax|reach|dial|ring|answer(?:ing|s)?)\b.{0,24}$",
    re.IGNORECASE | re.DOTALL,
)
SAID_AFTER = re.compile(
    r"[-\s(]{0,3}(?:phone|tel|mobile|cell|fax|office|home|work)\b", re.IGNORECASE
)
#: Countries tried for numbers written without a country code.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "IN", "BR")


def find_phones(text: str) -> Iterator[Found]:
    """Find telephone numbers; dates, amounts and bare long numbers are none."""
    for match in CANDIDATE.finditer(text):
        written = match.group()
        if _is_phone(text, match.start(), written):
            digits = "".join(character for character in written if character.isdigit())
            yield Found(Span(*match.span()), "phone", digits)


def _is_phone(text: str, start: int, written: str) -> bool:
    digits = sum(character.isdigit() for character in written)
    if not 7 <= digits <= 15 or DATE.match(written):
        return False
    if written.startswith(("+", "(+", "00")):
        return True
    after = text[start + len(written) : start + len(written) + 16]
    if THOUSANDS.fullmatch(written) and _is_amount(text[:start][-8:], written, after):
        return False
    said = SAID_BEFORE.search(text[max(0, start - 48) : start]) or SAID_AFTER.match(after)
    if digits == len(written):
        return said is not None or (written.startswith("0") and is_valid(written))
    return said is not None or _is_grouped(written, digits)


def _is_amount(before: str, written: str, after: str) -> bool:
    rounded = written.endswith(("000", "00"))
    return rounded or bool(MONEY_BEFORE.search(before)) or bool(UNIT_AFTER.match(after))


def _is_grouped(written: str, digits: int) -> bool:
    """Return whether the groups look like a telephone number's, or the number is a valid one."""
    groups = [len(group) for group in re.findall(r"\d+", written)]
    if written.startswith("("):
        return True
    if len(groups) == 2:
        # Two bare groups are as often a house number and a postcode.
        return groups in ([4, 4], [3, 4]) or (digits >= 10 - written.startswith("0"))
    return written.startswith("0") or (digits >= 8 and max(groups) <= 5 and min(groups) >= 2)


@lru_cache(maxsize=4096)
def is_valid(written: str) -> bool:
    """Return whether the number exists in one of the regions tried."""
    import phonenumbers

    for region in REGIONS:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False
