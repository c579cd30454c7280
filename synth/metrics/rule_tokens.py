"""Event rules as words: each knows its place, and a fault shows the line with a mark under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from synth.errors import InputError
from synth.metrics.units import WRITTEN


class Kind(StrEnum):
    """What a token is; the values stand in messages."""

    WORD = "a name"
    TEXT = "a text in quotes"
    QUANTITY = "a number"
    COMPARISON = "a comparison"
    SIGN = "a sign"
    END = "the end"


@dataclass(frozen=True)
class Source:
    """What was written, and where."""

    text: str
    file: str = "rule"


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word, number or sign."""

    kind: Kind
    text: str  #: as written
    start: int  #: characters before it
    number: float = 0.0  #: of a quantity
    unit: str = ""  #: of a quantity: "", "%", "s", ...

    @property
    def value(self) -> str:
        """Return the text without its quotes."""
        if self.kind is Kind.TEXT:
            return re.sub(r"\\(.)", r"\1", self.text[1:-1])
        return self.text


_TOKEN = re.compile(
    r"""(?P<space>[^\S\n]+|\n|\#[^\n]*)
    |(?P<comparison>>=|<=|>|<)
    |(?P<quantity>\d+(?:\.\d+)?[ ]?%|\d+(?:\.\d+)?[A-Za-z]*)
    |(?P<word>[^\W\d]\w*(?:[-./]\w+)*)
    |(?P<text>"(?:[^"\\\n]|\\.)*")
    |(?P<sign>->|[:().])""",
    re.VERBOSE,
)
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*(.*)")


def tokenize(source: Source) -> list[Token]:
    """Return the tokens of a text, the last one being its end.

    Raises:
        InputError: a character begins nothing, a text is not closed, a unit is not known.
    """
    found: list[Token] = []
    place = 0
    while place < len(source.text):
        match = _TOKEN.match(source.text, place)
        if match is None:
            raise _unreadable(source, place)
        if match.lastgroup == "quantity":
            found.append(_quantity(source, match))
        elif match.lastgroup != "space":
            kind = Kind[str(match.lastgroup).upper()]
            found.append(Token(kind=kind, text=match[0], start=place))
        place = match.end()
    return [*found, Token(kind=Kind.END, text="", start=len(source.text.rstrip()))]


def fault(source: Source, token: Token, message: str, expected: str) -> InputError:
    """Return an error that names file, line and column and marks the token in its line."""
    before = source.text[: token.start]
    line, column = before.count("\n") + 1, token.start - (before.rfind("\n") + 1) + 1
    written = source.text.split("\n")[line - 1]
    shown = token.text or "the end of the rule"
    error = InputError(
        message, file=source.file, line=line, found=shown, expected=expected, column=column
    )
    indent = "".join("\t" if one == "\t" else " " for one in written[: column - 1])
    error.message = (
        f"{source.file}:{line}:{column}: {message}; found {shown}; expected {expected}\n"
        f"  {written}\n  {indent}{'^' * max(1, len(token.text))}"
    )
    error.args = (error.message,)
    return error


def _quantity(source: Source, match: re.Match[str]) -> Token:
    parts = _QUANTITY.fullmatch(match[0])
    assert parts is not None
    token = Token(
        kind=Kind.QUANTITY,
        text=match[0],
        start=match.start(),
        number=float(parts[1]),
        unit=parts[2],
    )
    if token.unit and token.unit not in WRITTEN:
        raise fault(source, token, "no unit is written so", "one of " + ", ".join(WRITTEN))
    return token


def _unreadable(source: Source, place: int) -> InputError:
    if source.text[place] == '"':
        line = source.text[place:].split("\n")[0]
        token = Token(kind=Kind.TEXT, text=line, start=place)
        return fault(source, token, "a text that is not closed", 'a closing " on the same line')
    token = Token(kind=Kind.SIGN, text=source.text[place], start=place)
    return fault(source, token, "a rule has no such sign", 'a name, a number, a comparison or "')
