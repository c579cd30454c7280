"""Citations: a verbatim quote with the place it opens at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from api.schemas.base import Shown
from synth.hypotheses.types import Citation
from synth.themes.types import ThemeEvidence


class CitationShown(Shown):
    """`quote` always equals the document's text from `start` to `end`, in code points."""

    chunk_id: str
    document_id: str
    start: int
    end: int
    quote: str
    speaker: str
    at_ms: int | None
    url: str


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


class SidedCitation(CitationShown):
    """A citation for a claim or against it."""

    participant_id: str | None
    side: str

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """Return `citation` with its address."""
        return cls.model_validate({**vars(citation), "url": passage_url(citation)})


def passage_url(passage: Citation | ThemeEvidence) -> str:
    """Return the address of the page that opens at the passage."""
    return document_url(passage.document_id, passage.start, passage.end)


def document_url(document_id: str, start: int, end: int) -> str:
    """Return the address of a document's page, with one passage marked."""
    return f"/documents/{document_id}?s={start}&e={end}#s{start}"
