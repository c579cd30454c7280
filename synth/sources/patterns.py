"""Where e-mail addresses, numbers and secrets stand in a text: patterns and checksums.

Each finder is linear: it looks for a rare mark first and then only at its neighbourhood, so that
one line of ten megabytes costs no more than many short ones.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synth.core.spans import Span


@dataclass(frozen=True)
class Found:
    """Something to replace: its range, its kind, and the value by which it is numbered."""

    span: Span
    kind: str
    value: str


Finder = Callable[[str], Iterator[Found]]

EMAIL_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}$")
EMAIL_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
EMAIL_AT = re.compile(r"@|[ \t]?[(\[]at[)\]][ \t]?", re.IGNORECASE)
SPOKEN_DOT = re.compile(r"\sdot\s(?:com|org|net|io|edu|co|gov|de|fr|es|eu|uk|ca|ch|test)\b", re.I)
SPOKEN_BEFORE = re.compile(r"[\w.+-]{1,64}(?: dot [\w+-]{1,64}){0,3} at [\w-]{1,63}$", re.I)

CARD = re.compile(r"(?<![\w.])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)")
CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}")
CARD_PREFIX = re.compile(r"4|5[0-8]|2[2-7]|3[0-9]|6|1800|2131")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{4})")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])")

_IBAN_LENGTHS = """
AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22
DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28
IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 MC:27 MD:24
ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 SC:31
SE:24 SI:19 SK:24 SM:27 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20
"""
#: Countries with an IBAN and its length (ISO 13616 registry).
IBAN_LENGTHS = {item[:2]: int(item[3:]) for item in _IBAN_LENGTHS.split()}

SECRETS = (
    re.compile(r"(?<=://)[^\s/@:]{1,128}:[^\s/@]{1,256}(?=@)"),
    re.compile(
        r"(?<=[?&;])(?:access_token|api[-_]?key|apikey|auth|code|key|password|passwd|pwd|secret|"
        r"session|sessionid|sid|sig|signature|token)=[^&\s#;\"'<>]{1,2048}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w-])(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,256}|(?<!\w)gh[pousr]_[A-Za-z0-9]{20,255}"
        r"|(?<!\w)github_pat_[A-Za-z0-9_]{20,255}|(?<!\w)glpat-[A-Za-z0-9_-]{16,64}"
        r"|(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)|(?<!\w)xox[abeprs]-[A-Za-z0-9-]{10,256}"
        r"|(?<!\w)AIza[0-9A-Za-z_-]{35}|(?<!\w)synth_[A-Za-z0-9_-]{20,128}"
        r"|(?<!\w)eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,4096}(?:\.[A-Za-z0-9_-]{8,2048})?"
    ),
    re.compile(r"(?<=\bbearer )[A-Za-z0-9._~+/-]{12,4096}=*", re.IGNORECASE),
    re.compile(
        r"(?:(?<=\bpassword is )|(?<=\bpassword: )|(?<=\bpassword=)|(?<=\bpasswd: )|(?<=\bpwd: )"
        r"|(?<=\bapi key: )|(?<=\bapi key is )|(?<=\bapi_key=)|(?<=\bsecret: )|(?<=\bsecret=))"
        r"(?=\S*[\d\W_])[^\s,;\"']{5,128}(?<![.])",
        re.IGNORECASE,
    ),
    re.compile(
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,8192}"
        r"(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?"
    ),
)
LONG_TOKEN = re.compile(r"(?<![\w/.-])[A-Za-z0-9_-]{32,512}(?![\w/-])")


def find_emails(text: str) -> Iterator[Found]:
    """Find written addresses, also with (at), and spoken ones ("ana at example dot com")."""
    for at in EMAIL_AT.finditer(text):
        local = EMAIL_LOCAL.search(text[max(0, at.start() - 64) : at.start()])
        domain = EMAIL_DOMAIN.match(text, at.end(), at.end() + 255)
        if local is None or domain is None:
            continue
        start = at.start() - len(local.group().lstrip("'`*{|.=/&"))
        if start < at.start():
            yield _found(text, start, domain.end(), "email")
    for dot in SPOKEN_DOT.finditer(text):
        offset = max(0, dot.start() - 200)
        before = SPOKEN_BEFORE.search(text[offset : dot.start()])
        if before is not None:
            yield _found(text, offset + before.start(), dot.end(), "email")


def find_cards(text: str) -> Iterator[Found]:
    """Find payment card numbers: a known prefix and the Luhn checksum, or four groups of four."""
    for match in CARD.finditer(text):
        digits = _digits(match.group())
        known = CARD_PREFIX.match(digits) is not None
        if (known and luhn(digits)) or CARD_GROUPS.fullmatch(match.group()):
            yield Found(Span(*match.span()), "card", digits)


def luhn(digits: str) -> bool:
    """Return whether the last digit checks the others (ISO/IEC 7812-1)."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and set(digits) != {"0"}


def find_ibans(text: str) -> Iterator[Found]:
    """Find account numbers: a country, its length, and the remainder 1 of mod 97 (ISO 13616)."""
    for match in IBAN.finditer(text):
        length = IBAN_LENGTHS.get(match.group()[:2].upper())
        if length is None:
            continue
        end, compact = _take_alphanumerics(text, match.start(), length)
        if len(compact) == length and mod97(compact) == 1:
            yield Found(Span(match.start(), end), "iban", compact)


def mod97(iban: str) -> int:
    """Return the remainder of an account number by 97, country and check digits moved last."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97


def _take_alphanumerics(text: str, start: int, count: int) -> tuple[int, str]:
    """Return where `count` letters and digits end, single separators skipped, and those."""
    taken: list[str] = []
    position = start
    while len(taken) < count and position < len(text):
        character = text[position]
        if character.isascii() and character.isalnum():
            taken.append(character.upper())
        elif character not in " -" or text[position - 1] in " -":
            break
        position += 1
    if position < len(text) and text[position].isalnum():
        return position, ""
    return position, "".join(taken)


def find_ips(text: str) -> Iterator[Found]:
    """Find IPv4 and IPv6 addresses; a version number such as "v1.2.3.4" is none."""
    for match in IPV4.finditer(text):
        before = text[max(0, match.start() - 9) : match.start()].casefold()
        if _is_address(match.group()) and not before.endswith("version "):
            yield _found(text, match.start(), match.end(), "ip")
    for match in IPV6.finditer(text):
        groups = [group for group in match.group().split(":") if group]
        if len(groups) >= 3 and _is_address(match.group()):
            yield _found(text, match.start(), match.end(), "ip")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        parts = text.split(".")
        return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)
    return True


def find_national_ids(text: str) -> Iterator[Found]:
    """Find US social security numbers in their written form."""
    for match in SSN.finditer(text):
        yield Found(Span(*match.span()), "national_id", _digits(match.group()))


def find_credentials(text: str) -> Iterator[Found]:
    """Find passwords in URLs, tokens in queries, and keys by their known shapes."""
    for pattern in SECRETS:
        for match in pattern.finditer(text):
            yield _found(text, match.start(), match.end(), "credentials")
    for match in LONG_TOKEN.finditer(text):
        token = match.group()
        kinds = (str.isupper, str.islower, str.isdigit)
        if all(any(kind(character) for character in token) for kind in kinds):
            yield _found(text, match.start(), match.end(), "credentials")


def _found(text: str, start: int, end: int, kind: str) -> Found:
    return Found(Span(start, end), kind, text[start:end].casefold())


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
