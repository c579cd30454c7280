"""Chunks."""

from __future__ import annotations

from dataclasses import dataclass

from synth.core.spans import Span


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A passage of one turn of one document."""

    id: str
    document_id: str
    ordinal: int
    turn: int  #: ordinal of the turn it lies in
    span: Span  #: character range in Document.text, end exclusive
    overlap: int  #: how many leading characters the chunk before it holds too
    text: str  #: always document.text[span.start:span.end]
    participant_id: str | None  #: who said it; None where nobody is named
    is_evidence: bool  #: False for interviewers and staff: context, never evidence
