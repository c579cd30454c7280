"""SQL of theme runs: what a run found, and what people decide, written over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import RowMapping, select

from synth.store.tables.access import workspaces
from synth.store.tables.themes import theme_runs, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.edits import After, Before, StoredTheme
from synth.themes.repo.joins import current_id, own
from synth.themes.types import Caution, CautionKind, Level, Origin, ThemeRun


def lock_themes(uow: UnitOfWork) -> None:
    """Let others that change themes wait until this unit of work ends; SQLite locks by itself."""
    workspace = select(workspaces.c.id).where(workspaces.c.id == uow.workspace_id)
    uow.row(workspace.with_for_update(key_share=True))


def current_run(uow: UnitOfWork) -> ThemeRun | None:
    """Return the run whose themes are shown, or None before the first."""
    row = uow.row(own(uow, theme_runs).where(theme_runs.c.is_current))
    return _run(row) if row else None


def load_boilerplate(uow: UnitOfWork, run_id: str) -> frozenset[str]:
    """Return the lines that the themes of a run do not depend on; none for an unknown run."""
    row = uow.row(own(uow, theme_runs).where(theme_runs.c.id == run_id))
    return frozenset(row["boilerplate"]) if row else frozenset()


def load_themes(uow: UnitOfWork) -> list[StoredTheme]:
    """Return all themes of the current run, of every level, gone ones too."""
    in_run = own(uow, themes).where(themes.c.run_id == current_id(uow))
    return [_stored(row) for row in uow.rows(in_run.order_by(themes.c.rank, themes.c.id))]


def write_themes(uow: UnitOfWork, run_id: str, found: Iterable[StoredTheme]) -> None:
    """Add themes to a run, or overwrite those that are there."""
    uow.upsert(themes, (theme_row(run_id, theme) for theme in found))


def _run(row: RowMapping) -> ThemeRun:
    values = {name: row[name] for name in ThemeRun.__dataclass_fields__}
    cautions = tuple(
        Caution(kind=CautionKind(one["kind"]), text=one["text"]) for one in row["cautions"]
    )
    return ThemeRun(
        **{**values, "cautions": cautions, "boilerplate": frozenset(row["boilerplate"])}
    )


def theme_row(run_id: str, theme: StoredTheme) -> dict[str, Any]:
    """Return the columns of a theme in a run."""
    before, after, provenance = theme.before, theme.after, theme.label_provenance
    return {
        "id": before.id,
        "run_id": run_id,
        "rank": theme.rank,
        "level": before.level,
        "origin": before.origin,
        "found_title": before.title,
        "found_parent_id": before.parent_id,
        "keywords": list(before.keywords),
        "description": theme.description,
        "contrast": theme.contrast,
        "label_source": theme.label_source,
        "label_provenance": dict(provenance) if provenance else None,
        **{name: getattr(after, name) for name in After.__dataclass_fields__},
    }


def _stored(row: RowMapping) -> StoredTheme:
    return StoredTheme(
        before=Before(
            id=row["id"],
            level=Level(row["level"]),
            origin=Origin(row["origin"]),
            title=row["found_title"] if row["found_title"] is not None else row["title"],
            keywords=tuple(row["keywords"]),
            parent_id=row["found_parent_id"],
        ),
        after=After(**{name: row[name] for name in After.__dataclass_fields__}),
        description=row["description"],
        contrast=row["contrast"],
        label_source=row["label_source"],
        label_provenance=row["label_provenance"],
        rank=row["rank"],
    )
