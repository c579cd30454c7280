"""Citations: a verbatim quote with the place it opens at."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Self

from api.schemas.base import Shown
from synth.hypotheses.types import Citation
from synth.themes.types import ThemeEvidence, UnthemedReason


class PlaceShown(Shown):
    """Where something was said; offsets count code points of the document's text."""

    chunk_id: str
    document_id: str
    start: int
    end: int
    speaker: str
    at_ms: int | None
    url: str


class CitationShown(PlaceShown):
    """`quote` always equals the document's text from `start` to `end`."""

    quote: str


class EvidenceShown(CitationShown):
    """A passage of a theme, strongest first."""

    participant_id: str | None
    occurred_at: datetime | None
    kind: str
    segments: Mapping[str, str]
    strength: float

    @classmethod
    def of(cls, evidence: ThemeEvidence) -> Self:
        """Return `evidence` with its address."""
        return cls.model_validate({**vars(evidence), "url": passage_url(evidence)})


class UnthemedShown(EvidenceShown):
    """A passage that is in no theme."""

    reason: UnthemedReason

    @classmethod
    def because(cls, evidence: ThemeEvidence, reason: UnthemedReason) -> Self:
        """Return `evidence` with its address and why it is in no theme."""
        url = passage_url(evidence)
        return cls.model_validate({**vars(evidence), "url": url, "reason": reason})


class SidedCitation(PlaceShown):
    """A citation for a claim or against it; no quote where its speaker does not agree to it."""

    quote: str | None
    participant_id: str | None
    side: str

    @classmethod
    def of(cls, citation: Citation, quotable: Container[str | None]) -> Self:
        """Return `citation` with its address; `quotable` are the participants who agree."""
        quote = citation.quote if citation.participant_id in quotable else None
        parts = {"url": passage_url(citation), "quote": quote}
        return cls.model_validate({**vars(citation), **parts})


def passage_url(passage: Citation | ThemeEvidence) -> str:
    """Return the address of the page that opens at the passage."""
    return document_url(passage.document_id, passage.start, passage.end)


def document_url(document_id: str, start: int, end: int) -> str:
    """Return the address of a document's page, with one passage marked."""
    return f"/documents/{document_id}?s={start}&e={end}#s{start}"
