"""SQL of the themes shown, at each level; every count is of people who allow it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    RowMapping,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from synth.core.proportions import wilson
from synth.errors import NotFound
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_members, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.edits import if_apart
from synth.themes.repo.joins import (
    counted,
    current_id,
    is_its_theme,
    members_with_people,
    own,
    theme_at,
)
from synth.themes.types import Level, Origin, Theme, ThemePeople

Counts = tuple[int, int, int]  # people, mentions, documents
NOBODY: Counts = (0, 0, 0)


def list_themes(
    uow: UnitOfWork, *, hidden: bool = False, level: Level = Level.THEME
) -> list[Theme]:
    """Return the current run's themes, pinned ones first, then those with most people.

    `hidden` ones on request, and with them those left without a passage. At a coarser or finer
    level, a theme that is part of no broad theme, or has no sub-themes, stands for itself.
    """
    known = list(uow.rows(own(uow, themes).where(themes.c.run_id == current_id(uow))))
    rows = [row for row in known if _is_there(row)]
    gone, (counts, n) = _gone(known), _counts(uow, level, hidden=hidden)
    found = [
        _theme(row, counts.get(row["id"], NOBODY), n, gone) for row in _at(level, rows, hidden)
    ]
    shown = [theme for theme in found if hidden or _is_shown(theme)]
    shown.sort(key=lambda one: (not one.is_pinned, -one.people, -one.mentions, one.id))
    return [replace(theme, rank=rank) for rank, theme in enumerate(shown)]


def load_theme(uow: UnitOfWork, theme_id: str) -> Theme:
    """Return a theme of the current run; one merged away leads to the theme it is in now.

    Raises:
        NotFound: no such theme in the current run.
    """
    known = own(uow, themes).where(themes.c.run_id == current_id(uow))
    row = uow.row(known.where(themes.c.id == theme_id))
    if row and row["merged_into"]:
        row = uow.row(known.where(themes.c.id == row["merged_into"]))
    if row and _is_there(row):
        counts, n = _counts(uow, Level(row["level"]), hidden=True, only=row["id"])
        gone = _gone(uow.rows(known))
        return replace(_theme(row, counts.get(row["id"], NOBODY), n, gone), rank=None)
    raise NotFound(f"no theme {theme_id} in the current run; see `synth themes ls`")


def theme_people(uow: UnitOfWork) -> list[ThemePeople]:
    """Return who speaks about each theme and sub-theme that is not hidden, and since when."""
    shown = list_themes(uow)
    parts = [theme for theme in list_themes(uow, level=Level.SUB) if theme.level is Level.SUB]
    first = {
        **_first_said(uow, theme_members.c.theme_id),
        **_first_said(uow, theme_members.c.sub_theme_id),
    }
    return [
        ThemePeople(
            theme_id=theme.id,
            title=theme.title,
            keywords=theme.keywords,
            first_said_at=first.get(theme.id, {}),
            part_of=theme.parent_id if theme.level is Level.SUB else None,
        )
        for theme in [*shown, *parts]
    ]


def _first_said(uow: UnitOfWork, key: ColumnElement[Any]) -> dict[str, dict[str, datetime | None]]:
    """Return by theme of `key`, then by person, when the person first spoke about it."""
    statement = (
        select(
            key.label("theme"),
            chunks.c.participant_id,
            func.min(documents.c.occurred_at).label("first"),
        )
        .select_from(members_with_people())
        .where(
            *counted(uow, current_id(uow)), chunks.c.participant_id.is_not(None), key.is_not(None)
        )
        .group_by(key, chunks.c.participant_id)
        .order_by(key, chunks.c.participant_id)
    )
    first: dict[str, dict[str, datetime | None]] = defaultdict(dict)
    for row in uow.rows(statement):
        first[row["theme"]][row["participant_id"]] = row["first"]
    return first


def _at(level: Level, rows: Sequence[RowMapping], hidden: bool) -> list[RowMapping]:
    """Return the rows listed at a level: its own, and the themes that stand for themselves."""
    plain = [row for row in rows if row["level"] == Level.THEME]
    if level is Level.THEME:
        return plain
    own_level = {row["id"]: row for row in rows if row["level"] == level}
    listed = {row["id"] for row in plain if hidden or not row["is_hidden"]}
    if level is Level.SUB:
        parts = [row for row in own_level.values() if row["parent_id"] in listed]
        divided = {row["parent_id"] for row in parts}
        return parts + [row for row in plain if row["id"] not in divided]
    above = {row["parent_id"] for row in plain if row["id"] in listed}
    wholes = [row for row in own_level.values() if row["id"] in above]
    return wholes + [row for row in plain if row["parent_id"] not in own_level]


def _is_shown(theme: Theme) -> bool:
    has_reason = theme.mentions or theme.is_pinned or theme.origin is Origin.CODEBOOK
    return bool(has_reason) and not theme.is_hidden


def _counts(
    uow: UnitOfWork, level: Level, *, hidden: bool, only: str | None = None
) -> tuple[Mapping[str, Counts], int]:
    """Return people, mentions and documents by theme of a level, and the people of the run.

    With `only`, of that theme alone.
    """
    said = _said(uow, level, hidden=hidden)
    figures = (
        func.count(said.c.person.distinct()).label("people"),
        func.count().label("mentions"),
        func.count(said.c.document.distinct()).label("documents"),
    )
    wanted = said.c.theme.is_not(None) if only is None else said.c.theme == only
    by_theme = select(said.c.theme, *figures).where(wanted).group_by(said.c.theme)
    everybody = select(null(), *figures).select_from(said)
    found: dict[str | None, Counts] = {
        row["theme"]: (row["people"], row["mentions"], row["documents"])
        for row in uow.rows(union_all(by_theme, everybody))
    }
    n, _, _ = found.pop(None)
    return {theme: counts for theme, counts in found.items() if theme}, n


def _said(uow: UnitOfWork, level: Level, *, hidden: bool) -> CTE:
    """Select what counts of the run: in which theme of the level, by whom, in which document.

    In a broad theme, what is in a hidden one counts with `hidden` alone.
    """
    joined, theme = members_with_people(), theme_at(level)
    if level is Level.BROAD:
        joined = joined.outerjoin(themes, is_its_theme())
        counts = or_(literal(hidden), themes.c.is_hidden.is_(False), themes.c.parent_id.is_(None))
        theme = case((counts, theme))
    return (
        select(
            theme.label("theme"),
            chunks.c.participant_id.label("person"),
            chunks.c.document_id.label("document"),
        )
        .select_from(joined)
        .where(*counted(uow, current_id(uow)))
        .cte("said")
    )


def _is_there(row: RowMapping) -> bool:
    return not row["is_gone"] and not row["merged_into"]


def _gone(rows: Sequence[RowMapping]) -> set[str]:
    """Return the titles of themes merged away or no more, but those that others have."""
    return {row["title"] for row in rows} - {row["title"] for row in rows if _is_there(row)}


def _theme(row: RowMapping, counts: Counts, n: int, gone: Collection[str]) -> Theme:
    people, mentions, in_documents = counts
    return Theme(
        id=row["id"],
        run_id=row["run_id"],
        rank=row["rank"],
        title=row["title"],
        description=row["description"],
        keywords=tuple(row["keywords"]),
        titled_by=row["titled_by"],
        is_hidden=row["is_hidden"],
        people=people,
        mentions=mentions,
        documents=in_documents,
        share=wilson(people, n),
        level=Level(row["level"]),
        parent_id=row["parent_id"],
        origin=Origin(row["origin"]),
        is_pinned=row["is_pinned"],
        contrast=if_apart(row["contrast"], gone),
        label_source=row["label_source"],
    )
