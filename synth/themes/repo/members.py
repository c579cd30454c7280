"""SQL of the passages of the current run: where each was found, and where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, func, select, update

from synth.indexing.batching import batches
from synth.store.tables.segments import chunks
from synth.store.tables.themes import theme_members, theme_runs
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork
from synth.themes.repo.joins import counted, current_id, members_with_people, own
from synth.themes.types import Member, Place, UnthemedReason


def load_members(uow: UnitOfWork) -> list[Member]:
    """Return every passage of the current run with its places."""
    in_run = own(uow, theme_members).where(theme_members.c.run_id == current_id(uow))
    return [_member(row) for row in uow.rows(in_run.order_by(theme_members.c.chunk_id))]


def member_ids(uow: UnitOfWork, *, grouped: bool = False) -> set[str]:
    """Return the passages of the current run; `grouped`: without those that came after it."""
    in_run = select(theme_members.c.chunk_id).where(
        theme_members.c.workspace_id == uow.workspace_id,
        theme_members.c.run_id == current_id(uow),
    )
    if grouped:
        in_run = in_run.where(theme_members.c.assigned_at.is_(None))
    return {row["chunk_id"] for row in uow.rows(in_run)}


def themes_of(uow: UnitOfWork, chunk_ids: Collection[str]) -> dict[str, str | None]:
    """Return the theme, or None, of those of the passages that the current run has."""
    found: dict[str, str | None] = {}
    for batch in batches(sorted(set(chunk_ids)), BATCH_ROWS):
        in_run = own(uow, theme_members).where(
            theme_members.c.run_id == current_id(uow), theme_members.c.chunk_id.in_(batch)
        )
        found |= {row["chunk_id"]: row["theme_id"] for row in uow.rows(in_run)}
    return found


def sample_members(uow: UnitOfWork, *, per_theme: int) -> dict[str, list[tuple[str, str | None]]]:
    """Return text and sub-theme of up to `per_theme` passages of each theme, before merges.

    They are always the same ones.
    """
    home, part = _home()
    place = func.row_number().over(partition_by=home, order_by=theme_members.c.chunk_id)
    ranked = (
        select(home.label("home"), part.label("part"), chunks.c.text, place.label("place"))
        .select_from(members_with_people())
        .where(*counted(uow, current_id(uow)), home.is_not(None))
        .subquery()
    )
    sample = select(ranked).where(ranked.c.place <= per_theme)
    said: dict[str, list[tuple[str, str | None]]] = {}
    for row in uow.rows(sample.order_by(ranked.c.home, ranked.c.place)):
        said.setdefault(row["home"], []).append((row["text"], row["part"]))
    return said


def homes_of_texts(
    uow: UnitOfWork, digests: Collection[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Return theme and sub-theme that the current run has texts in, by the texts' SHA-256."""
    home, part = _home()
    found: dict[str, tuple[str | None, str | None]] = {}
    for batch in batches(sorted(digests), BATCH_ROWS):
        statement = (
            select(chunks.c.text_sha256, home.label("home"), part.label("part"))
            .select_from(members_with_people())
            .where(*counted(uow, current_id(uow)), chunks.c.text_sha256.in_(batch))
            .order_by(chunks.c.id)
        )
        for row in uow.rows(statement):
            found.setdefault(row["text_sha256"], (row["home"], row["part"]))
    return found


def _home() -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Return the theme a passage is in before merges, and its sub-theme where the run found it."""
    members = theme_members.c
    machine = func.coalesce(members.kept_theme_id, members.found_theme_id)
    home = case((members.placed_by.is_not(None), members.theme_id), else_=machine)
    return home, case((home == members.found_theme_id, members.found_sub_theme_id))


def write_members(
    uow: UnitOfWork, run_id: str, members: Iterable[Member], *, assigned_at: datetime | None = None
) -> None:
    """Overwrite members of a run, or add them, assigned at a time; then count the unthemed anew."""
    added = {"assigned_at": assigned_at} if assigned_at else {}
    uow.upsert(theme_members, ({**member_row(run_id, member), **added} for member in members))
    of_run = (theme_members.c.workspace_id == uow.workspace_id, theme_members.c.run_id == run_id)
    counted = select(func.count()).where(*of_run)
    uow.execute(
        update(theme_runs)
        .where(theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.id == run_id)
        .values(
            chunks=counted.scalar_subquery(),
            unthemed=counted.where(theme_members.c.theme_id.is_(None)).scalar_subquery(),
        )
    )


def member_row(run_id: str, member: Member) -> dict[str, Any]:
    """Return the columns of a passage in a run."""
    found, shown = member.found, member.shown
    return {
        "run_id": run_id,
        "chunk_id": member.chunk_id,
        "strength": member.strength,
        "theme_id": shown.theme_id,
        "sub_theme_id": shown.sub_theme_id,
        "exemplar_rank": shown.exemplar_rank,
        "unthemed_reason": shown.reason,
        "found_theme_id": found.theme_id,
        "found_sub_theme_id": found.sub_theme_id,
        "found_exemplar_rank": found.exemplar_rank,
        "found_reason": found.reason,
        "kept_theme_id": member.kept_theme_id,
        "placed_by": member.placed_by,
    }


def _member(row: RowMapping) -> Member:
    return Member(
        chunk_id=row["chunk_id"],
        strength=row["strength"],
        shown=_place(
            row["theme_id"], row["sub_theme_id"], row["exemplar_rank"], row["unthemed_reason"]
        ),
        found=_place(
            row["found_theme_id"],
            row["found_sub_theme_id"],
            row["found_exemplar_rank"],
            row["found_reason"],
        ),
        kept_theme_id=row["kept_theme_id"],
        placed_by=row["placed_by"],
    )


def _place(theme_id: str | None, sub: str | None, rank: int | None, reason: str | None) -> Place:
    return Place(
        theme_id=theme_id,
        sub_theme_id=sub,
        exemplar_rank=rank,
        reason=UnthemedReason(reason) if reason else None,
    )
