"""SQL of theme runs, themes and their evidence; every count is of people who allow it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from synth.core.proportions import wilson
from synth.errors import NotFound
from synth.indexing.batching import batches
from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, turns
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.store.unit_of_work import BATCH_ROWS, Row, UnitOfWork
from synth.themes.types import (
    Background,
    Theme,
    ThemeEvidence,
    ThemePeople,
    ThemeRun,
    UnthemedReason,
)


def current_run(uow: UnitOfWork) -> ThemeRun | None:
    """Return the run whose themes are shown, or None before the first."""
    row = uow.row(_own(uow, theme_runs).where(theme_runs.c.is_current))
    return _run(row) if row else None


def save_run(
    uow: UnitOfWork,
    run: ThemeRun,
    *,
    created_by: str,
    found: Sequence[Row],
    members: Sequence[Row],
) -> None:
    """Store a run and make it the current one; the same run again replaces what it stored.

    A theme that was there keeps what people decided about it: title, hidden, merged.
    """
    uow.execute(
        update(theme_runs)
        .where(theme_runs.c.workspace_id == uow.workspace_id)
        .values(is_current=False)
    )
    uow.upsert(
        theme_runs,
        [
            {
                "id": run.id,
                "seed": run.seed,
                "method": run.method,
                "manifest": dict(run.manifest),
                "chunks": run.chunks,
                "unthemed": run.unthemed,
                "is_current": True,
                "created_by": created_by,
                "created_at": run.created_at,
            }
        ],
    )
    uow.execute(
        delete(theme_members).where(
            theme_members.c.workspace_id == uow.workspace_id, theme_members.c.run_id == run.id
        )
    )
    uow.upsert(themes, [{"run_id": run.id, **theme} for theme in found])
    uow.insert(theme_members, [{"run_id": run.id, **member} for member in members])


def decided(uow: UnitOfWork, theme_ids: Iterable[str]) -> dict[str, RowMapping]:
    """Return those of `theme_ids` that are stored, with what people decided about them."""
    found: dict[str, RowMapping] = {}
    for batch in batches(sorted(set(theme_ids)), BATCH_ROWS):
        found |= {
            row["id"]: row for row in uow.rows(_own(uow, themes).where(themes.c.id.in_(batch)))
        }
    return found


def human_titles(uow: UnitOfWork) -> list[str]:
    """Return the titles that people gave to themes of this workspace."""
    named = _own(uow, themes).where(themes.c.titled_by.is_not(None)).order_by(themes.c.id)
    return [row["title"] for row in uow.rows(named)]


def backgrounds(uow: UnitOfWork) -> dict[str, Background]:
    """Return of each chunk that may be analysed who said it and whether it may be quoted."""
    return {
        row["id"]: Background(
            speaker=row["participant_id"] or row["document_id"],
            participant_id=row["participant_id"],
            document_id=row["document_id"],
            may_quote=row["may_quote"] is not False,
        )
        for row in uow.rows(
            select(
                chunks.c.id,
                chunks.c.participant_id,
                chunks.c.document_id,
                participants.c.may_quote,
            )
            .select_from(_chunks_with_people())
            .where(chunks.c.workspace_id == uow.workspace_id, _is_counted())
        )
    }


def list_themes(uow: UnitOfWork, *, hidden: bool = False) -> list[Theme]:
    """Return the current run's themes, those with most people first; `hidden` ones on request."""
    run = current_run(uow)
    if run is None:
        return []
    rows = uow.rows(
        _own(uow, themes).where(themes.c.run_id == run.id, themes.c.merged_into.is_(None))
    )
    counts = _counts(uow, run.id)
    n = count_people(uow)
    found = [_theme(row, counts.get(row["id"], (0, 0, 0)), n) for row in rows]
    found.sort(key=lambda theme: (-theme.people, -theme.mentions, theme.id))
    shown = [theme for theme in found if hidden or not theme.is_hidden]
    return [replace(theme, rank=rank) for rank, theme in enumerate(shown)]


def load_theme(uow: UnitOfWork, theme_id: str) -> Theme:
    """Return a theme of the current run; one merged away leads to the theme it is in now.

    Raises:
        NotFound: no such theme in the current run.
    """
    found = {theme.id: theme for theme in list_themes(uow, hidden=True)}
    if theme_id not in found:
        row = decided(uow, [theme_id]).get(theme_id)
        merged = row["merged_into"] if row else None
        if merged not in found:
            raise NotFound(f"no theme {theme_id} in the current run; see `synth themes ls`")
        return found[merged]
    return found[theme_id]


def evidence(
    uow: UnitOfWork, theme_id: str, *, limit: int = 50, after: int = 0
) -> list[ThemeEvidence]:
    """Return quotable passages of a theme, exemplars first; `after` are passed over."""
    ordered = _evidence(uow, _current_id(uow)).where(theme_members.c.theme_id == theme_id)
    return _page(
        uow,
        ordered.order_by(
            func.coalesce(theme_members.c.exemplar_rank, BATCH_ROWS),
            theme_members.c.strength.desc(),
            theme_members.c.chunk_id,
        ),
        limit,
        after,
    )


def unthemed(uow: UnitOfWork, *, limit: int, after: int = 0) -> list[ThemeEvidence]:
    """Return quotable passages that are in no theme, in order of their documents."""
    ordered = _evidence(uow, _current_id(uow)).where(theme_members.c.theme_id.is_(None))
    return _page(uow, ordered.order_by(chunks.c.document_id, chunks.c.ordinal), limit, after)


def unthemed_reasons(uow: UnitOfWork) -> dict[UnthemedReason, int]:
    """Return how many passages of the current run are in no theme, by reason."""
    run = current_run(uow)
    if run is None:
        return {}
    statement = (
        select(theme_members.c.unthemed_reason, func.count().label("n"))
        .where(
            theme_members.c.workspace_id == uow.workspace_id,
            theme_members.c.run_id == run.id,
            theme_members.c.theme_id.is_(None),
        )
        .group_by(theme_members.c.unthemed_reason)
    )
    return {UnthemedReason(row["unthemed_reason"]): row["n"] for row in uow.rows(statement)}


def theme_people(uow: UnitOfWork) -> list[ThemePeople]:
    """Return who speaks about each theme that is not hidden, and since when."""
    run = current_run(uow)
    if run is None:
        return []
    statement = (
        select(
            theme_members.c.theme_id,
            chunks.c.participant_id,
            func.min(documents.c.occurred_at).label("first"),
        )
        .select_from(_members())
        .where(*_counted(uow, run.id), chunks.c.participant_id.is_not(None))
        .group_by(theme_members.c.theme_id, chunks.c.participant_id)
        .order_by(theme_members.c.theme_id, chunks.c.participant_id)
    )
    first: dict[str, dict[str, datetime | None]] = defaultdict(dict)
    for row in uow.rows(statement):
        first[row["theme_id"]][row["participant_id"]] = row["first"]
    return [
        ThemePeople(
            theme_id=theme.id,
            title=theme.title,
            keywords=theme.keywords,
            first_said_at=first.get(theme.id, {}),
        )
        for theme in list_themes(uow)
    ]


def count_people(uow: UnitOfWork) -> int:
    """Return how many identified people have evidence in the current run, in a theme or not."""
    statement = (
        select(func.count(chunks.c.participant_id.distinct()))
        .select_from(_members())
        .where(*_counted(uow, _current_id(uow)))
    )
    return int(uow.scalar(statement))


def change_theme(uow: UnitOfWork, theme_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a theme."""
    uow.execute(
        update(themes)
        .where(themes.c.workspace_id == uow.workspace_id, themes.c.id == theme_id)
        .values(**values)
    )


def move_members(uow: UnitOfWork, run_id: str, *, source: str, target: str) -> None:
    """Let the members of one theme of a run belong to another; they are no exemplars there."""
    uow.execute(
        update(theme_members)
        .where(
            theme_members.c.workspace_id == uow.workspace_id,
            theme_members.c.run_id == run_id,
            theme_members.c.theme_id == source,
        )
        .values(theme_id=target, exemplar_rank=None)
    )
    uow.execute(
        update(themes)
        .where(
            themes.c.workspace_id == uow.workspace_id,
            or_(themes.c.id == source, themes.c.merged_into == source),
        )
        .values(merged_into=target)
    )


def _own(uow: UnitOfWork, table: Table) -> Select[Any]:
    return select(table).where(table.c.workspace_id == uow.workspace_id)


def _is_counted() -> ColumnElement[bool]:
    consented = or_(chunks.c.participant_id.is_(None), participants.c.may_analyse.is_(True))
    return and_(documents.c.is_current.is_(True), chunks.c.is_evidence.is_(True), consented)


def _current_id(uow: UnitOfWork) -> ScalarSelect[str]:
    """Select the current run's id inside another statement: no run, no rows."""
    run = select(theme_runs.c.id).where(
        theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.is_current
    )
    return run.scalar_subquery()


def _counted(uow: UnitOfWork, run_id: str | ScalarSelect[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        theme_members.c.workspace_id == uow.workspace_id,
        theme_members.c.run_id == run_id,
        _is_counted(),
    )


def _chunks_with_people() -> Any:
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


def _members() -> Any:
    return _chunks_with_people().join(
        theme_members,
        and_(
            theme_members.c.workspace_id == chunks.c.workspace_id,
            theme_members.c.chunk_id == chunks.c.id,
        ),
    )


def _counts(uow: UnitOfWork, run_id: str) -> dict[str, tuple[int, int, int]]:
    """Return people, mentions and documents by theme."""
    statement = (
        select(
            theme_members.c.theme_id,
            func.count(chunks.c.participant_id.distinct()).label("people"),
            func.count().label("mentions"),
            func.count(chunks.c.document_id.distinct()).label("documents"),
        )
        .select_from(_members())
        .where(*_counted(uow, run_id))
        .group_by(theme_members.c.theme_id)
    )
    return {
        row["theme_id"]: (row["people"], row["mentions"], row["documents"])
        for row in uow.rows(statement)
    }


def _evidence(uow: UnitOfWork, run_id: ScalarSelect[str]) -> Select[Any]:
    spoken = and_(
        turns.c.workspace_id == chunks.c.workspace_id,
        turns.c.document_id == chunks.c.document_id,
        turns.c.ordinal == chunks.c.turn,
    )
    quotable = or_(chunks.c.participant_id.is_(None), participants.c.may_quote.is_(True))
    return (
        select(
            chunks.c.id,
            chunks.c.document_id,
            chunks.c.start,
            chunks.c.end,
            chunks.c.text,
            chunks.c.participant_id,
            turns.c.speaker,
            turns.c.start_ms,
            documents.c.occurred_at,
            documents.c.kind,
            participants.c.segments,
            theme_members.c.strength,
        )
        .select_from(_members().outerjoin(turns, spoken))
        .where(*_counted(uow, run_id), quotable)
    )


def _page(uow: UnitOfWork, ordered: Select[Any], limit: int, after: int) -> list[ThemeEvidence]:
    return [_passage(row) for row in uow.rows(ordered.limit(limit).offset(after))]


def _passage(row: RowMapping) -> ThemeEvidence:
    return ThemeEvidence(
        chunk_id=row["id"],
        document_id=row["document_id"],
        start=row["start"],
        end=row["end"],
        quote=row["text"],
        participant_id=row["participant_id"],
        speaker=row["speaker"] or "",
        at_ms=row["start_ms"],
        occurred_at=row["occurred_at"],
        kind=row["kind"],
        segments=row["segments"] or {},
        strength=row["strength"],
    )


def _run(row: RowMapping) -> ThemeRun:
    return ThemeRun(**{name: row[name] for name in ThemeRun.__dataclass_fields__})


def _theme(row: RowMapping, counts: tuple[int, int, int], n: int) -> Theme:
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
    )
