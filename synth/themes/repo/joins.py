"""What statements about themes share: the workspace, who is counted, what is joined to what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Table, and_, func, or_, select

from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.types import Level


def own(uow: UnitOfWork, table: Table) -> Select[Any]:
    """Select the rows of this workspace."""
    return select(table).where(table.c.workspace_id == uow.workspace_id)


def current_id(uow: UnitOfWork) -> ScalarSelect[str]:
    """Select the current run's id inside another statement: no run, no rows."""
    run = select(theme_runs.c.id).where(
        theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.is_current
    )
    return run.scalar_subquery()


def is_counted() -> ColumnElement[bool]:
    """Return that a chunk is evidence of a current document by somebody who allows analysis."""
    consented = or_(chunks.c.participant_id.is_(None), participants.c.may_analyse.is_(True))
    return and_(documents.c.is_current.is_(True), chunks.c.is_evidence.is_(True), consented)


def counted(uow: UnitOfWork, run_id: str | ScalarSelect[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a run's members that count."""
    return (
        theme_members.c.workspace_id == uow.workspace_id,
        theme_members.c.run_id == run_id,
        is_counted(),
    )


def chunks_with_people() -> Any:
    """Join chunks with their documents and, where known, their speakers."""
    return chunks.join(
        documents,
        and_(
            documents.c.workspace_id == chunks.c.workspace_id,
            documents.c.id == chunks.c.document_id,
        ),
    ).outerjoin(
        participants,
        and_(
            participants.c.workspace_id == chunks.c.workspace_id,
            participants.c.id == chunks.c.participant_id,
        ),
    )


def members_with_people() -> Any:
    """Join the members of runs with their chunks, documents and speakers."""
    return chunks_with_people().join(
        theme_members,
        and_(
            theme_members.c.workspace_id == chunks.c.workspace_id,
            theme_members.c.chunk_id == chunks.c.id,
        ),
    )


def is_its_theme() -> ColumnElement[bool]:
    """Return that a row of `themes` is the theme that a member is in."""
    return and_(
        themes.c.workspace_id == theme_members.c.workspace_id,
        themes.c.id == theme_members.c.theme_id,
    )


def theme_at(level: Level) -> ColumnElement[Any]:
    """Return the column that says which theme of a level a member is in; needs `themes` joined."""
    if level is Level.SUB:
        return func.coalesce(theme_members.c.sub_theme_id, theme_members.c.theme_id)
    if level is Level.BROAD:
        return func.coalesce(themes.c.parent_id, theme_members.c.theme_id)
    return theme_members.c.theme_id
