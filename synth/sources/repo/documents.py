"""SQL of documents, their turns and their redactions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update

from synth.core.spans import Span
from synth.errors import NotFound
from synth.people import repo as people
from synth.people.types import Role
from synth.sources.types import (
    Document,
    DocumentWithTurns,
    Redaction,
    SourceKind,
    Turn,
)
from synth.store.tables.access import workspaces
from synth.store.tables.sources import documents, redactions, turns
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def lock_documents(uow: UnitOfWork) -> None:
    """Let one writer at a time decide on versions; SQLite has one writer anyway."""
    uow.row(select(workspaces).where(workspaces.c.id == uow.workspace_id).with_for_update())


def newest_versions(uow: UnitOfWork, external_ids: Iterable[str]) -> dict[str, Document]:
    """Return the newest version of each document that is known, by external id."""
    wanted = sorted(set(external_ids))
    found: dict[str, Document] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        batch = wanted[start : start + BATCH_ROWS]
        statement = _documents(uow).where(documents.c.external_id.in_(batch))
        for row in uow.rows(statement.order_by(documents.c.version)):
            found[row["external_id"]] = _document(row)
    return found


def add_documents(
    uow: UnitOfWork,
    added: Sequence[tuple[DocumentWithTurns, Sequence[Redaction]]],
    now: datetime,
) -> None:
    """Store new versions with their turns and redactions; they become the current ones."""
    names = [both.document.external_id for both, _ in added]
    uow.execute(
        update(documents)
        .where(documents.c.workspace_id == uow.workspace_id, documents.c.external_id.in_(names))
        .values(is_current=False)
    )
    uow.insert(documents, (_document_row(both.document, now) for both, _ in added))
    speakers = {one.participant_id for both, _ in added for one in both.turns}
    roots = people.united(uow, (one for one in speakers if one))
    uow.insert(
        turns, (_turn_row(both.document, turn, roots) for both, _ in added for turn in both.turns)
    )
    uow.insert(
        redactions, (_redaction_row(both.document, one) for both, found in added for one in found)
    )


def load_document(uow: UnitOfWork, document_id: str) -> DocumentWithTurns:
    """Return one version of a document with its turns; raises NotFound."""
    row = uow.row(_documents(uow).where(documents.c.id == document_id))
    if row is None:
        raise NotFound(f"no document {document_id} in this workspace")
    return DocumentWithTurns(
        document=_document(row), turns=_turns(uow, [document_id]).get(document_id, [])
    )


def load_documents(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, Document]:
    """Return documents without their turns, by id."""
    wanted = sorted(set(ids))
    found: dict[str, Document] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        statement = _documents(uow).where(documents.c.id.in_(wanted[start : start + BATCH_ROWS]))
        found.update({row["id"]: _document(row) for row in uow.rows(statement)})
    return found


def load_turns(uow: UnitOfWork, document_ids: Iterable[str]) -> dict[str, list[Turn]]:
    """Return the turns of several documents in order, by document id."""
    return _turns(uow, sorted(set(document_ids)))


def list_documents(
    uow: UnitOfWork, *, limit: int, after: str | None = None, source_id: str | None = None
) -> list[Document]:
    """Return current documents by id, optionally of one source; `after` is the last id seen."""
    statement = _documents(uow).where(documents.c.is_current)
    if source_id is not None:
        statement = statement.where(documents.c.source_id == source_id)
    if after is not None:
        statement = statement.where(documents.c.id > after)
    return [_document(row) for row in uow.rows(statement.order_by(documents.c.id).limit(limit))]


def documents_of_source(uow: UnitOfWork, source_id: str) -> list[DocumentWithTurns]:
    """Return every document read from a source, current or not, in the order of their ids."""
    statement = _documents(uow).where(documents.c.source_id == source_id).order_by(documents.c.id)
    rows = uow.rows(statement)
    said = _turns(uow, [row["id"] for row in rows])
    return [
        DocumentWithTurns(document=_document(row), turns=said.get(row["id"], [])) for row in rows
    ]


def document_ids_of_source(uow: UnitOfWork, source_id: str) -> list[str]:
    """Return the ids of every document read from a source, in order."""
    statement = (
        select(documents.c.id)
        .where(documents.c.workspace_id == uow.workspace_id, documents.c.source_id == source_id)
        .order_by(documents.c.id)
    )
    return [row["id"] for row in uow.rows(statement)]


def count_documents(uow: UnitOfWork, source_id: str | None = None) -> int:
    """Return the number of current documents, of one source or of all."""
    statement = (
        select(func.count())
        .select_from(documents)
        .where(documents.c.workspace_id == uow.workspace_id, documents.c.is_current)
    )
    if source_id is not None:
        statement = statement.where(documents.c.source_id == source_id)
    return int(uow.scalar(statement) or 0)


def count_by_source(uow: UnitOfWork, source_ids: Collection[str]) -> dict[str, int]:
    """Return how many current documents each source has; those that have none are left out."""
    statement = (
        select(documents.c.source_id, func.count().label("many"))
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.is_current,
            documents.c.source_id.in_(sorted(source_ids)),
        )
        .group_by(documents.c.source_id)
    )
    return {row["source_id"]: int(row["many"]) for row in uow.rows(statement)}


def current_document_id(uow: UnitOfWork, external_id: str) -> str | None:
    """Return the id of the current version of a document, or None if there is none."""
    statement = select(documents.c.id).where(
        documents.c.workspace_id == uow.workspace_id,
        documents.c.external_id == external_id,
        documents.c.is_current,
    )
    found = uow.scalar(statement)
    return None if found is None else str(found)


def load_redactions(uow: UnitOfWork, document_id: str) -> list[Redaction]:
    """Return what was replaced in a document, in order."""
    statement = (
        select(redactions)
        .where(
            redactions.c.workspace_id == uow.workspace_id,
            redactions.c.document_id == document_id,
        )
        .order_by(redactions.c.start)
    )
    return [
        Redaction(
            span=Span(row["start"], row["end"]),
            original=Span(row["original_start"], row["original_end"]),
            kind=row["kind"],
        )
        for row in uow.rows(statement)
    ]


def _documents(uow: UnitOfWork) -> Select[Any]:
    return select(documents).where(documents.c.workspace_id == uow.workspace_id)


def _turns(uow: UnitOfWork, document_ids: Sequence[str]) -> dict[str, list[Turn]]:
    found: dict[str, list[Turn]] = {}
    for start in range(0, len(document_ids), BATCH_ROWS):
        statement = (
            select(turns)
            .where(
                turns.c.workspace_id == uow.workspace_id,
                turns.c.document_id.in_(document_ids[start : start + BATCH_ROWS]),
            )
            .order_by(turns.c.document_id, turns.c.ordinal)
        )
        for row in uow.rows(statement):
            found.setdefault(row["document_id"], []).append(_turn(row))
    return found


def _turn(row: RowMapping) -> Turn:
    return Turn(
        ordinal=row["ordinal"],
        participant_id=row["participant_id"],
        speaker=row["speaker"],
        role=Role(row["role"]),
        span=Span(row["start"], row["end"]),
        start_ms=row["start_ms"],
        end_ms=row["end_ms"],
    )


def _document(row: RowMapping) -> Document:
    return Document(
        id=row["id"],
        source_id=row["source_id"],
        external_id=row["external_id"],
        version=row["version"],
        is_current=row["is_current"],
        kind=SourceKind(row["kind"]),
        format=row["format"],
        title=row["title"],
        text=row["text"],
        text_sha256=row["text_sha256"],
        content_sha256=row["content_sha256"],
        url=row["url"],
        occurred_at=row["occurred_at"],
        metadata=row["metadata"],
    )


def _document_row(document: Document, now: datetime) -> dict[str, object]:
    return {
        "id": document.id,
        "source_id": document.source_id,
        "external_id": document.external_id,
        "version": document.version,
        "is_current": document.is_current,
        "kind": document.kind,
        "format": document.format,
        "title": document.title,
        "text": document.text,
        "text_sha256": document.text_sha256,
        "content_sha256": document.content_sha256,
        "url": document.url,
        "occurred_at": document.occurred_at,
        "metadata": dict(document.metadata),
        "created_at": now,
    }


def _turn_row(document: Document, turn: Turn, roots: Mapping[str, str]) -> dict[str, object]:
    root = roots.get(turn.participant_id or "")
    return {
        "document_id": document.id,
        "ordinal": turn.ordinal,
        "participant_id": root or turn.participant_id,
        "recorded_as": turn.participant_id if root else None,
        "speaker": turn.speaker,
        "role": turn.role,
        "start": turn.span.start,
        "end": turn.span.end,
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
    }


def _redaction_row(document: Document, redaction: Redaction) -> dict[str, object]:
    return {
        "document_id": document.id,
        "start": redaction.span.start,
        "end": redaction.span.end,
        "original_start": redaction.original.start,
        "original_end": redaction.original.end,
        "kind": redaction.kind,
    }
