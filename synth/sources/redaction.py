"""Personal data out of texts, with a map back: pure, and exact on any Unicode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synth.core.spans import Span
from synth.sources import patterns
from synth.sources.naming import NameFinder
from synth.sources.phones import find_phones
from synth.sources.types import Redaction

#: In order of weight: where two overlap, the whole stretch takes the first one's kind.
FINDERS: tuple[patterns.Finder, ...] = (
    patterns.find_credentials,
    patterns.find_emails,
    patterns.find_ibans,
    patterns.find_cards,
    patterns.find_ips,
    patterns.find_national_ids,
    find_phones,
)
WEIGHTS = {
    kind: weight
    for weight, kind in enumerate(
        ("credentials", "email", "iban", "card", "ip", "national_id", "phone", "person")
    )
}
WORDS = {"credentials": "secret", "national_id": "id number"}


@dataclass(frozen=True)
class Redacted:
    """A text without personal data and what was replaced in it, in order."""

    text: str
    redactions: tuple[Redaction, ...]


@dataclass(frozen=True)
class RedactedTexts:
    """The texts of one document; the same value has the same token in all of them."""

    texts: tuple[Redacted, ...]


@dataclass
class _Numbering:
    """Gives each value of a kind its number, in order of appearance."""

    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def token(self, kind: str, value: str) -> str:
        if (kind, value) not in self.tokens:
            self.last[kind] = self.last.get(kind, 0) + 1
            self.tokens[kind, value] = f"[{WORDS.get(kind, kind)} {self.last[kind]}]"
        return self.tokens[kind, value]


def redact(texts: Sequence[str], people: Mapping[str, str] | None = None) -> RedactedTexts:
    """Return `texts` of one document without personal data.

    Args:
        texts: its turns, then whatever else is stored of it: title, address, metadata.
        people: what stands for each name known from the document, such as "Ana Ruiz": "P3".
    """
    names = NameFinder(people or {})
    numbering = _Numbering()
    return RedactedTexts(tuple(_redact_one(text, names, numbering) for text in texts))


def join_redacted(parts: Sequence[Redacted], separator: str) -> Redacted:
    """Return the parts as one text; spans refer to the joined texts on both sides."""
    redactions: list[Redaction] = []
    at = original_at = 0
    for part in parts:
        redactions += [
            Redaction(
                span=one.span.shifted(at), original=one.original.shifted(original_at), kind=one.kind
            )
            for one in part.redactions
        ]
        grown = sum(len(one.original) - len(one.span) for one in part.redactions)
        at += len(part.text) + len(separator)
        original_at += len(part.text) + grown + len(separator)
    return Redacted(separator.join(part.text for part in parts), tuple(redactions))


def restore(redacted: str, redactions: Sequence[Redaction], original: str) -> str:
    """Return the text as read: each token replaced by what it stands for in `original`."""
    pieces, at = [], 0
    for one in redactions:
        pieces += [redacted[at : one.span.start], one.original.of(original)]
        at = one.span.end
    return "".join([*pieces, redacted[at:]])


def _redact_one(text: str, names: NameFinder, numbering: _Numbering) -> Redacted:
    found = [one for finder in FINDERS for one in finder(text)]
    found += names.find(text)
    pieces: list[str] = []
    redactions: list[Redaction] = []
    at = length = 0
    for one in merge_overlaps(found, text):
        is_person = one.kind == "person"
        token = names.token(one.value) if is_person else numbering.token(one.kind, one.value)
        pieces += [text[at : one.span.start], token]
        length += one.span.start - at
        span = Span(length, length + len(token))
        redactions.append(Redaction(span=span, original=one.span, kind=one.kind))
        at, length = one.span.end, span.end
    return Redacted("".join([*pieces, text[at:]]), tuple(redactions))


def merge_overlaps(found: Sequence[patterns.Found], text: str) -> list[patterns.Found]:
    """Return stretches that do not overlap: where some do, all of their characters go."""
    merged: list[patterns.Found] = []
    for one in sorted(found, key=lambda item: (item.span, WEIGHTS[item.kind])):
        if merged and one.span.start < merged[-1].span.end:
            merged[-1] = _union(merged[-1], one, text)
        else:
            merged.append(one)
    return merged


def _union(first: patterns.Found, second: patterns.Found, text: str) -> patterns.Found:
    heavier = first if WEIGHTS[first.kind] <= WEIGHTS[second.kind] else second
    span = Span(first.span.start, max(first.span.end, second.span.end))
    if span == heavier.span or heavier.kind == "person":
        return patterns.Found(span, heavier.kind, heavier.value)
    return patterns.Found(span, heavier.kind, span.of(text).casefold())
