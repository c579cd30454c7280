"""SQL of the map: where the passages of a run lie."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from synth.store.tables.segments import chunks
from synth.store.tables.themes import theme_map, theme_members
from synth.store.unit_of_work import Row, UnitOfWork
from synth.themes.map import Dot
from synth.themes.repo.joins import counted, current_id, members_with_people


def save_places(uow: UnitOfWork, run_id: str, places: Sequence[Row]) -> None:
    """Store where a run's passages lie; what was stored for it before is replaced."""
    uow.execute(
        delete(theme_map).where(
            theme_map.c.workspace_id == uow.workspace_id, theme_map.c.run_id == run_id
        )
    )
    uow.insert(theme_map, [{"run_id": run_id, **place} for place in places])


def counted_ids(uow: UnitOfWork, run_id: str) -> list[str]:
    """Return the chunks of a run that count."""
    rows = uow.rows(
        select(chunks.c.id).select_from(members_with_people()).where(*counted(uow, run_id))
    )
    return [row["id"] for row in rows]


def dots(uow: UnitOfWork) -> list[Dot]:
    """Return the map of the current run, in order of chunk; empty while it is not drawn."""
    placed = members_with_people().join(
        theme_map,
        (theme_map.c.workspace_id == theme_members.c.workspace_id)
        & (theme_map.c.run_id == theme_members.c.run_id)
        & (theme_map.c.chunk_id == theme_members.c.chunk_id),
    )
    statement = (
        select(
            chunks.c.id,
            theme_members.c.theme_id,
            theme_members.c.sub_theme_id,
            theme_map.c.x,
            theme_map.c.y,
        )
        .select_from(placed)
        .where(*counted(uow, current_id(uow)))
        .order_by(chunks.c.id)
    )
    return [Dot._make(row) for row in uow.connection.execute(statement).all()]
