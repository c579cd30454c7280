"""SQL of what became of the evidence behind insights: one query for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select

from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_members, theme_runs
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The passage a citation stands in, as it is now."""

    participant_id: str | None
    is_evidence: bool
    is_current: bool  #: its document was not replaced by a newer version


def grounds(uow: UnitOfWork, chunk_ids: Iterable[str]) -> dict[str, Ground]:
    """Return those of the passages that are still there."""
    wanted = sorted(set(chunk_ids))
    found: dict[str, Ground] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        statement = (
            select(
                chunks.c.id, chunks.c.participant_id, chunks.c.is_evidence, documents.c.is_current
            )
            .join(
                documents,
                (documents.c.workspace_id == chunks.c.workspace_id)
                & (documents.c.id == chunks.c.document_id),
            )
            .where(
                chunks.c.workspace_id == uow.workspace_id,
                chunks.c.id.in_(wanted[start : start + BATCH_ROWS]),
            )
        )
        for row in uow.rows(statement):
            found[row["id"]] = Ground(
                participant_id=row["participant_id"],
                is_evidence=row["is_evidence"],
                is_current=row["is_current"],
            )
    return found


def said_since(uow: UnitOfWork, day: date) -> dict[str, str]:
    """Return the passages of participants since `day`, UTC, by id; the newest first."""
    moment = datetime.combine(day, time(), tzinfo=UTC)
    statement = (
        select(chunks.c.id, chunks.c.text)
        .join(
            documents,
            (documents.c.workspace_id == chunks.c.workspace_id)
            & (documents.c.id == chunks.c.document_id),
        )
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            chunks.c.is_evidence,
            documents.c.is_current,
            documents.c.occurred_at >= moment,
        )
        .order_by(documents.c.occurred_at.desc(), chunks.c.id)
    )
    return {row["id"]: row["text"] for row in uow.rows(statement)}


def said_about(uow: UnitOfWork, theme_id: str) -> frozenset[str]:
    """Return the passages that are in a theme by the current run."""
    statement = (
        select(theme_members.c.chunk_id)
        .join(
            theme_runs,
            (theme_runs.c.workspace_id == theme_members.c.workspace_id)
            & (theme_runs.c.id == theme_members.c.run_id),
        )
        .where(
            theme_members.c.workspace_id == uow.workspace_id,
            theme_members.c.theme_id == theme_id,
            theme_runs.c.is_current,
        )
    )
    return frozenset(row["chunk_id"] for row in uow.rows(statement))


def last_heard(uow: UnitOfWork) -> dict[str, datetime]:
    """Return when somebody last spoke about each theme of the current run, where it is known."""
    statement = (
        select(theme_members.c.theme_id, func.max(documents.c.occurred_at).label("last"))
        .join(
            theme_runs,
            (theme_runs.c.workspace_id == theme_members.c.workspace_id)
            & (theme_runs.c.id == theme_members.c.run_id),
        )
        .join(
            chunks,
            (chunks.c.workspace_id == theme_members.c.workspace_id)
            & (chunks.c.id == theme_members.c.chunk_id),
        )
        .join(
            documents,
            (documents.c.workspace_id == chunks.c.workspace_id)
            & (documents.c.id == chunks.c.document_id),
        )
        .where(
            theme_members.c.workspace_id == uow.workspace_id,
            theme_runs.c.is_current,
            documents.c.is_current,
            documents.c.occurred_at.is_not(None),
            theme_members.c.theme_id.is_not(None),
        )
        .group_by(theme_members.c.theme_id)
    )
    return {row["theme_id"]: row["last"] for row in uow.rows(statement)}
