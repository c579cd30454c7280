"""Values the tests of this slice share."""

from __future__ import annotations

from synth.core.spans import Span
from synth.hypotheses.citations import Cited, Passage
from synth.hypotheses.types import Side
from synth.people.types import Consent, Participant, Role
from synth.segments.types import Chunk
from synth.sources.types import Document, SourceKind, Turn

BEFORE = "Earlier words. "


def passage(text, *, chunk_id="c1", number=1, before=BEFORE, after=" Later words.", **values):
    """Return a passage that says `text` in the middle of its document."""
    whole = before + text + after
    span = Span(len(before), len(before) + len(text))
    role = values.get("role", Role.PARTICIPANT)
    known = values.get("known", True)
    return Passage(
        chunk=Chunk(
            id=chunk_id,
            document_id=f"d-{chunk_id}",
            ordinal=0,
            turn=0,
            span=span,
            overlap=0,
            text=text,
            participant_id=f"person-{number}" if known else None,
            is_evidence=values.get("is_evidence", True),
        ),
        document=Document(
            id=f"d-{chunk_id}",
            source_id="s",
            external_id="e",
            version=1,
            is_current=values.get("is_current", True),
            kind=SourceKind.TICKET,
            format="csv",
            title="",
            text=values.get("document_text", whole),
            text_sha256="",
            content_sha256="",
            url=None,
            occurred_at=None,
            metadata={},
        ),
        turn=Turn(
            ordinal=0,
            participant_id=None,
            speaker="Speaker",
            role=role,
            span=Span(0, len(whole)),
            start_ms=61_000,
        ),
        participant=Participant(
            id=f"person-{number}",
            number=number,
            role=values.get("person_role", Role.PARTICIPANT),
            consent=values.get("consent", Consent()),
        )
        if known
        else None,
    )


def by_id(*passages):
    """Return passages by chunk id."""
    return {one.chunk.id: one for one in passages}


def cited(quote, *, chunk_id="c1", speaker=None, side=Side.FOR):
    """Return a claimed quote."""
    return Cited(chunk_id=chunk_id, quote=quote, side=side, speaker=speaker)
