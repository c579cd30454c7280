"""SQL of passages: the evidence of a theme, what is in none, and who said it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, ScalarSelect, Select, and_, func, literal, or_, select, union_all

from synth.indexing.batching import batches
from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, turns
from synth.store.tables.themes import theme_members, themes
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork
from synth.themes.repo.joins import (
    chunks_with_people,
    counted,
    current_id,
    is_counted,
    members_with_people,
)
from synth.themes.types import Background, ThemeEvidence, UnthemedReason

#: A passage is borderline among this share of its theme's, those farthest from the centre.
FAR_SHARE = 0.05


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
            .select_from(chunks_with_people())
            .where(chunks.c.workspace_id == uow.workspace_id, is_counted())
        )
    }


def evidence(
    uow: UnitOfWork, theme_id: str, *, limit: int = 50, after: int = 0
) -> list[ThemeEvidence]:
    """Return quotable passages of a theme of any level, exemplars first; `after` passed over."""
    return _page(uow, _of_theme(uow, theme_id), limit, after)


def evidence_by_theme(
    uow: UnitOfWork, theme_ids: Sequence[str], *, limit: int
) -> dict[str, list[ThemeEvidence]]:
    """Return up to `limit` quotable passages of each theme, exemplars first, in one question."""
    found: dict[str, list[ThemeEvidence]] = {theme_id: [] for theme_id in theme_ids}
    parts = [
        select(literal(theme_id).label("of"), _of_theme(uow, theme_id).limit(limit).subquery())
        for theme_id in found
    ]
    if parts:
        all_of = union_all(*parts).subquery()
        rank = func.coalesce(all_of.c.exemplar_rank, BATCH_ROWS)
        ordered = select(all_of).order_by(rank, all_of.c.strength.desc(), all_of.c.id)
        for row in uow.rows(ordered):
            found[row["of"]].append(_passage(row))
    return found


def quotable(uow: UnitOfWork, chunk_ids: Sequence[str]) -> list[ThemeEvidence]:
    """Return those of some passages that may be quoted, in the order given."""
    places = {chunk_id: place for place, chunk_id in enumerate(chunk_ids)}
    found = [
        _passage(row)
        for batch in batches(list(places), BATCH_ROWS)
        for row in uow.rows(_evidence(uow, current_id(uow)).where(chunks.c.id.in_(batch)))
    ]
    return sorted(found, key=lambda passage: places[passage.chunk_id])


def borderline(uow: UnitOfWork, chunk_ids: Sequence[str]) -> set[str]:
    """Return those of some passages that are farther out than nearly all of their theme.

    Each is set against what the same centre was measured to in the theme, but what people put
    there; of a theme of fewer than twenty there are none.
    """
    members = theme_members.c
    in_run = (members.workspace_id == uow.workspace_id, members.run_id == current_id(uow))
    theirs = select(members.theme_id).where(*in_run, members.chunk_id.in_(chunk_ids))
    measured_to = func.coalesce(members.kept_theme_id, members.found_theme_id)
    # The share of passages as far out or farther: equal ones are all inside, or all outside.
    place = func.cume_dist().over(
        partition_by=(members.theme_id, measured_to), order_by=members.strength
    )
    ranked = (
        select(members.chunk_id, place.label("place"))
        .where(*in_run, members.placed_by.is_(None), members.theme_id.in_(theirs))
        .subquery()
    )
    far = select(ranked.c.chunk_id).where(
        ranked.c.place <= FAR_SHARE, ranked.c.chunk_id.in_(chunk_ids)
    )
    return {row["chunk_id"] for row in uow.rows(far)}


def heard_in(uow: UnitOfWork, document_id: str) -> list[tuple[str, str, int]]:
    """Return the themes that passages of a document are in: (id, title, passages), most first."""
    home = and_(
        themes.c.workspace_id == theme_members.c.workspace_id,
        themes.c.id == theme_members.c.theme_id,
    )
    statement = (
        select(themes.c.id, themes.c.title, func.count().label("passages"))
        .select_from(members_with_people().join(themes, home))
        .where(
            *counted(uow, current_id(uow)),
            chunks.c.document_id == document_id,
            themes.c.is_hidden.is_(False),
        )
        .group_by(themes.c.id, themes.c.title)
    )
    found = [(row["id"], row["title"], int(row["passages"])) for row in uow.rows(statement)]
    return sorted(found, key=lambda one: (-one[2], one[1]))


def unthemed(
    uow: UnitOfWork, *, limit: int, after: int = 0, reason: UnthemedReason | None = None
) -> list[tuple[ThemeEvidence, UnthemedReason]]:
    """Return quotable passages that are in no theme and why, in order of their documents."""
    why = theme_members.c.unthemed_reason
    found = _evidence(uow, current_id(uow)).where(theme_members.c.theme_id.is_(None))
    if reason is not None:
        found = found.where(why == reason)
    ordered = found.add_columns(why).order_by(chunks.c.document_id, chunks.c.ordinal)
    return [
        (_passage(row), UnthemedReason(row["unthemed_reason"]))
        for row in uow.rows(ordered.limit(limit).offset(after))
    ]


def unthemed_reasons(uow: UnitOfWork) -> dict[UnthemedReason, int]:
    """Return how many passages of the current run are in no theme, by reason."""
    statement = (
        select(theme_members.c.unthemed_reason, func.count().label("n"))
        .where(
            theme_members.c.workspace_id == uow.workspace_id,
            theme_members.c.run_id == current_id(uow),
            theme_members.c.theme_id.is_(None),
        )
        .group_by(theme_members.c.unthemed_reason)
    )
    return {UnthemedReason(row["unthemed_reason"]): row["n"] for row in uow.rows(statement)}


def _of_theme(uow: UnitOfWork, theme_id: str) -> Select[Any]:
    within = select(themes.c.id).where(
        themes.c.workspace_id == uow.workspace_id, themes.c.parent_id == theme_id
    )
    of_theme = _evidence(uow, current_id(uow)).where(
        or_(
            theme_members.c.theme_id == theme_id,
            theme_members.c.sub_theme_id == theme_id,
            theme_members.c.theme_id.in_(within),
        )
    )
    return of_theme.order_by(
        func.coalesce(theme_members.c.exemplar_rank, BATCH_ROWS),
        theme_members.c.strength.desc(),
        theme_members.c.chunk_id,
    )


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
            theme_members.c.exemplar_rank,
        )
        .select_from(members_with_people().outerjoin(turns, spoken))
        .where(*counted(uow, run_id), quotable)
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
