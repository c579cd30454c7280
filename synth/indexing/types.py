"""Search queries and hits."""

from __future__ import annotations

from dataclasses import dataclass, field

from synth.core.spans import Span


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What to look for, and within what."""

    text: str
    limit: int = 20
    theme_id: str | None = None
    kind: str | None = None
    segment: tuple[str, str] | None = None  #: (key, value) of the speaker's segments


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A passage found, best first."""

    chunk_id: str
    document_id: str
    span: Span
    text: str
    score: float
    found_by: tuple[str, ...] = field(default=())  #: "words", "meaning"
