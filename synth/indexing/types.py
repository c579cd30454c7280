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

    @property
    def is_filtered(self) -> bool:
        """Return whether only a part of the workspace is asked for."""
        return self.theme_id is not None or self.kind is not None or self.segment is not None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A passage found, best first."""

    chunk_id: str
    document_id: str
    span: Span
    text: str
    score: float
    found_by: tuple[str, ...] = field(default=())  #: "words", "meaning"


@dataclass(frozen=True, kw_only=True)
class Found:
    """The hits of a search, and what could not be used to find them."""

    hits: tuple[Hit, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How far the index is from SQL, which is the truth."""

    missing: frozenset[str]  #: chunks that should be found and are not
    orphans: frozenset[str]  #: ids in the index that no current chunk stands behind
