"""SQL of chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, or_, select

from synth.core.fingerprints import sha256_text
from synth.core.spans import Span
from synth.people import repo as people
from synth.segments.types import Chunk
from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def add_chunks(uow: UnitOfWork, added: Sequence[Chunk]) -> None:
    """Store chunks; those already here stay as they are, for the same id is the same chunk."""
    roots = people.united(uow, (one.participant_id for one in added if one.participant_id))
    uow.insert_missing(chunks, (_row(chunk, roots) for chunk in added))


def eligible_chunks(uow: UnitOfWork) -> list[Chunk]:
    """Return what may be analysed: evidence of current documents by people who allow it."""
    statement = (
        _chunks(uow)
        .join(
            documents,
            and_(
                documents.c.workspace_id == chunks.c.workspace_id,
                documents.c.id == chunks.c.document_id,
            ),
        )
        .outerjoin(
            participants,
            and_(
                participants.c.workspace_id == chunks.c.workspace_id,
                participants.c.id == chunks.c.participant_id,
            ),
        )
        .where(
            documents.c.is_current,
            chunks.c.is_evidence,
            or_(chunks.c.participant_id.is_(None), participants.c.may_analyse),
        )
        .order_by(chunks.c.document_id, chunks.c.ordinal)
    )
    return [_chunk(row) for row in uow.rows(statement)]


def lines_before(uow: UnitOfWork, *, longest: int) -> dict[str, str]:
    """Return what was said right before each piece of evidence by someone who gives none.

    Only of pieces of at most so many characters.
    """
    asked = chunks.alias("asked")
    follows = and_(
        asked.c.workspace_id == chunks.c.workspace_id,
        asked.c.document_id == chunks.c.document_id,
        asked.c.ordinal == chunks.c.ordinal - 1,
        asked.c.is_evidence.is_(False),
    )
    statement = (
        select(chunks.c.id, asked.c.text)
        .join(asked, follows)
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            chunks.c.is_evidence,
            func.length(chunks.c.text) <= longest,
        )
    )
    return {row["id"]: row["text"] for row in uow.rows(statement)}


def chunks_of_source(uow: UnitOfWork, source_id: str) -> list[Chunk]:
    """Return the chunks of every document of a source, in order."""
    statement = (
        _chunks(uow)
        .join(
            documents,
            and_(
                documents.c.workspace_id == chunks.c.workspace_id,
                documents.c.id == chunks.c.document_id,
            ),
        )
        .where(documents.c.source_id == source_id)
        .order_by(chunks.c.document_id, chunks.c.ordinal)
    )
    return [_chunk(row) for row in uow.rows(statement)]


def chunks_of_document(uow: UnitOfWork, document_id: str) -> list[Chunk]:
    """Return the chunks of one document, in order."""
    statement = _chunks(uow).where(chunks.c.document_id == document_id).order_by(chunks.c.ordinal)
    return [_chunk(row) for row in uow.rows(statement)]


def load_chunks(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, Chunk]:
    """Return chunks by id; an id that is not known is left out."""
    wanted = sorted(set(ids))
    found: dict[str, Chunk] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        statement = _chunks(uow).where(chunks.c.id.in_(wanted[start : start + BATCH_ROWS]))
        found.update({row["id"]: _chunk(row) for row in uow.rows(statement)})
    return found


def _chunks(uow: UnitOfWork) -> Select[Any]:
    return select(chunks).where(chunks.c.workspace_id == uow.workspace_id)


def _row(chunk: Chunk, roots: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": chunk.id,
        "document_id": chunk.document_id,
        "ordinal": chunk.ordinal,
        "turn": chunk.turn,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "overlap": chunk.overlap,
        "text": chunk.text,
        "text_sha256": sha256_text(chunk.text),
        "participant_id": roots.get(chunk.participant_id or "", chunk.participant_id),
        "is_evidence": chunk.is_evidence,
    }


def _chunk(row: RowMapping) -> Chunk:
    return Chunk(
        id=row["id"],
        document_id=row["document_id"],
        ordinal=row["ordinal"],
        turn=row["turn"],
        span=Span(row["start"], row["end"]),
        overlap=row["overlap"],
        text=row["text"],
        participant_id=row["participant_id"],
        is_evidence=row["is_evidence"],
    )
