"""SQL of sources and of what was left out of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, delete, or_, select, update

from synth.errors import NotFound
from synth.sources.types import (
    ReadOptions,
    Skip,
    Source,
    SourceKind,
    SourceState,
)
from synth.store.tables.sources import documents, source_skips, sources
from synth.store.unit_of_work import UnitOfWork


def add_source(uow: UnitOfWork, source: Source) -> None:
    """Store a new source."""
    row = {
        "id": source.id,
        "filename": source.filename,
        "kind": source.kind,
        "format": source.format,
        "sha256": source.sha256,
        "bytes": source.bytes,
        "options": options_row(source.options),
        "state": source.state,
        "error": source.error,
        "notices": list(source.notices),
        "created_by": source.created_by,
        "created_at": source.created_at,
    }
    uow.insert(sources, [row])


def load_source(uow: UnitOfWork, source_id: str) -> Source:
    """Return a source; raises NotFound."""
    row = uow.row(_sources(uow).where(sources.c.id == source_id))
    if row is None:
        raise NotFound(f"no source {source_id} in this workspace")
    return _source(row)


def file_names(uow: UnitOfWork, source_ids: Collection[str]) -> dict[str, str]:
    """Return the names of the files of these sources."""
    named = select(sources.c.id, sources.c.filename).where(
        sources.c.workspace_id == uow.workspace_id, sources.c.id.in_(sorted(source_ids))
    )
    return {row["id"]: row["filename"] for row in uow.rows(named)}


def list_sources(uow: UnitOfWork, *, limit: int, after: str | None = None) -> list[Source]:
    """Return sources, newest first; `after` is the id of the last one seen."""
    statement = _sources(uow).order_by(sources.c.created_at.desc(), sources.c.id.desc())
    if after is not None:
        last = load_source(uow, after)
        statement = statement.where(
            or_(
                sources.c.created_at < last.created_at,
                and_(sources.c.created_at == last.created_at, sources.c.id < last.id),
            )
        )
    return [_source(row) for row in uow.rows(statement.limit(limit))]


def same_bytes(uow: UnitOfWork, sha256: str) -> list[Source]:
    """Return the sources with these bytes that did not fail, oldest first.

    One whose documents have newer versions since is left out: its bytes say something new again.
    """
    superseded = (
        select(documents.c.id)
        .where(
            documents.c.workspace_id == sources.c.workspace_id,
            documents.c.source_id == sources.c.id,
            documents.c.is_current.is_(False),
        )
        .exists()
    )
    statement = _sources(uow).where(
        sources.c.sha256 == sha256, sources.c.state != SourceState.FAILED, ~superseded
    )
    return [_source(row) for row in uow.rows(statement.order_by(sources.c.created_at))]


def finish_source(uow: UnitOfWork, source_id: str, changes: Mapping[str, Any]) -> None:
    """Set what reading found out: state, error, format, kind, filename, notices."""
    uow.execute(
        update(sources)
        .where(sources.c.workspace_id == uow.workspace_id, sources.c.id == source_id)
        .values(**changes)
    )


def replace_skips(uow: UnitOfWork, source_id: str, found: Sequence[Skip]) -> None:
    """Store what was left out of a source, in place of what was stored before."""
    uow.execute(
        delete(source_skips).where(
            source_skips.c.workspace_id == uow.workspace_id,
            source_skips.c.source_id == source_id,
        )
    )
    uow.insert(
        source_skips,
        (
            {
                "source_id": source_id,
                "ordinal": ordinal,
                "line": skip.line,
                "reason": skip.reason,
                "words": skip.words,
            }
            for ordinal, skip in enumerate(found)
        ),
    )


def skips(uow: UnitOfWork, source_id: str) -> list[Skip]:
    """Return what was left out of a source, in file order."""
    statement = (
        select(source_skips)
        .where(
            source_skips.c.workspace_id == uow.workspace_id,
            source_skips.c.source_id == source_id,
        )
        .order_by(source_skips.c.ordinal)
    )
    return [
        Skip(reason=row["reason"], line=row["line"], words=row["words"])
        for row in uow.rows(statement)
    ]


def options_row(options: ReadOptions) -> dict[str, object]:
    """Return options as the JSON they are stored and compared as."""
    return {
        "kind": options.kind,
        "study": options.study,
        "interviewers": list(options.interviewers),
        "occurred_at": options.occurred_at.isoformat() if options.occurred_at else None,
        "method": options.method,
    }


def _options(row: Mapping[str, Any]) -> ReadOptions:
    moment = row["occurred_at"]
    return ReadOptions(
        kind=SourceKind(row["kind"]) if row["kind"] else None,
        study=row["study"],
        interviewers=tuple(row["interviewers"]),
        occurred_at=datetime.fromisoformat(moment) if moment else None,
        method=row["method"],
    )


def _sources(uow: UnitOfWork) -> Select[Any]:
    return select(sources).where(sources.c.workspace_id == uow.workspace_id)


def _source(row: RowMapping) -> Source:
    return Source(
        id=row["id"],
        filename=row["filename"],
        kind=row["kind"],
        format=row["format"],
        sha256=row["sha256"],
        bytes=row["bytes"],
        options=_options(row["options"]),
        state=SourceState(row["state"]),
        error=row["error"],
        notices=tuple(row["notices"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
