"""SQL of lineage: what each run changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import and_, or_, select

from synth.store.tables.themes import theme_lineage, theme_runs
from synth.store.unit_of_work import UnitOfWork
from synth.themes.matching import Step
from synth.themes.types import Change, Level, LineageStep


def save_steps(
    uow: UnitOfWork, run_id: str, steps: Sequence[Step], titles: Mapping[str, str]
) -> None:
    """Store what a run changed; `titles` name the themes of it and of the run before."""
    uow.insert(
        theme_lineage,
        (
            {
                "run_id": run_id,
                "ordinal": ordinal,
                "title": titles.get(step.to_id or step.from_id or "", ""),
                **asdict(step),
            }
            for ordinal, step in enumerate(steps)
        ),
    )


def list_steps(
    uow: UnitOfWork, *, theme_id: str | None = None, level: Level | None = None
) -> list[LineageStep]:
    """Return the changes of every run, the oldest first; of one theme or level on request."""
    joined = theme_lineage.join(
        theme_runs,
        and_(
            theme_runs.c.workspace_id == theme_lineage.c.workspace_id,
            theme_runs.c.id == theme_lineage.c.run_id,
        ),
    )
    statement = (
        select(theme_lineage, theme_runs.c.created_at.label("at"))
        .select_from(joined)
        .where(theme_lineage.c.workspace_id == uow.workspace_id)
        .order_by(theme_runs.c.created_at, theme_lineage.c.run_id, theme_lineage.c.ordinal)
    )
    if theme_id is not None:
        statement = statement.where(
            or_(theme_lineage.c.from_id == theme_id, theme_lineage.c.to_id == theme_id)
        )
    if level is not None:
        statement = statement.where(theme_lineage.c.level == level)
    return [
        LineageStep(
            run_id=row["run_id"],
            at=row["at"],
            level=Level(row["level"]),
            kind=Change(row["kind"]),
            from_id=row["from_id"],
            to_id=row["to_id"],
            overlap=row["overlap"],
            title=row["title"],
        )
        for row in uow.rows(statement)
    ]
