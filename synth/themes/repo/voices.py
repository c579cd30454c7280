"""SQL of who speaks how and when: sides, weeks, segments; every count is of people who allow it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.tables.themes import passage_stances, theme_members, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.hearing import Heard, Spoken, Tally
from synth.themes.repo.joins import (
    counted,
    current_id,
    is_its_theme,
    members_with_people,
    theme_at,
)
from synth.themes.stance import Stance
from synth.themes.trend import BEFORE_WEEKS, RECENT_WEEKS
from synth.themes.types import Level

#: The week of 1 January 1970 began three days before it.
EPOCH_MONDAY = date(1969, 12, 29)
DAY = 86_400


def save_stances(uow: UnitOfWork, reader: str, stances: Mapping[str, Stance]) -> None:
    """Store how passages read."""
    uow.upsert(
        passage_stances,
        [
            {"chunk_id": chunk_id, "stance": stance, "reader": reader}
            for chunk_id, stance in stances.items()
        ],
    )


def unread(uow: UnitOfWork, reader: str) -> dict[str, str]:
    """Return the text of each chunk of the current run that `reader` has not read."""
    read = and_(_read(), passage_stances.c.reader == reader)
    rows = uow.rows(
        select(chunks.c.id, chunks.c.text)
        .select_from(members_with_people().outerjoin(passage_stances, read))
        .where(*counted(uow, current_id(uow)), passage_stances.c.chunk_id.is_(None))
    )
    return {row["id"]: row["text"] for row in rows}


def tallies(uow: UnitOfWork, level: Level) -> tuple[dict[str, Tally], datetime | None]:
    """Return by theme of a level its sides, weeks and last word; and the last word of all.

    One statement reads the passages once; those in no theme count for the last word alone.
    """
    said = _said(uow, level)
    of, week, nobody = said.c.theme, said.c.week, literal(0)
    people = func.count(said.c.person.distinct())
    trouble, fine = (_on(said, stance) for stance in (Stance.TROUBLE, Stance.FINE))
    no_week, no_time = cast(null(), BigInteger), cast(null(), documents.c.occurred_at.type)
    rows = uow.rows(
        union_all(
            select(
                of,
                no_week.label("week"),
                people.label("k"),
                trouble.label("trouble"),
                fine.label("fine"),
                func.max(said.c.at).label("last_heard"),
            )
            .where(of.is_not(None))
            .group_by(of),
            select(of, week, people, nobody, nobody, no_time)
            .where(of.is_not(None), week.is_not(None))
            .group_by(of, week),
            select(null(), no_week, people, nobody, nobody, func.max(said.c.at)).where(
                said.c.person.is_not(None)
            ),
        )
    )
    weeks: dict[str, dict[date, int]] = defaultdict(dict)
    for row in rows:
        if row["week"] is not None:
            weeks[row["theme"]][_monday(row["week"])] = row["k"]
    found = {
        row["theme"]: Tally(
            trouble=row["trouble"],
            fine=row["fine"],
            last_heard=row["last_heard"],
            weeks=weeks.get(row["theme"], {}),
        )
        for row in rows
        if row["theme"] is not None and row["week"] is None
    }
    return found, next((row["last_heard"] for row in rows if row["theme"] is None), None)


def spoken(uow: UnitOfWork, theme_id: str) -> list[Spoken]:
    """Return the passages of a theme of any level, the most typical first."""
    within = select(themes.c.id).where(
        themes.c.workspace_id == uow.workspace_id, themes.c.parent_id == theme_id
    )
    statement = (
        select(
            chunks.c.id,
            chunks.c.document_id,
            chunks.c.participant_id,
            documents.c.occurred_at,
            participants.c.segments,
            participants.c.may_quote,
            passage_stances.c.stance,
            theme_members.c.theme_id,
            theme_members.c.sub_theme_id,
        )
        .select_from(members_with_people().outerjoin(passage_stances, _read()))
        .where(
            *counted(uow, current_id(uow)),
            or_(
                theme_members.c.theme_id == theme_id,
                theme_members.c.sub_theme_id == theme_id,
                theme_members.c.theme_id.in_(within),
            ),
        )
        .order_by(
            theme_members.c.exemplar_rank.is_(None),
            theme_members.c.exemplar_rank,
            theme_members.c.strength.desc(),
            chunks.c.id,
        )
    )
    return [
        Spoken(
            chunk_id=row["id"],
            document_id=row["document_id"],
            participant_id=row["participant_id"],
            occurred_at=row["occurred_at"],
            segments=row["segments"] or {},
            stance=Stance(row["stance"] or Stance.UNCLEAR),
            theme_id=row["theme_id"],
            sub_theme_id=row["sub_theme_id"],
            may_quote=row["may_quote"] is not False,
        )
        for row in uow.rows(statement)
    ]


def heard(uow: UnitOfWork) -> Heard:
    """Return who was heard in the run at all, by week and by segment; one statement."""
    person = chunks.c.participant_id
    then, at = _week(), func.max(_seconds())
    said = _people(uow, person.label("person"), then.label("week"), at.label("at"))
    said = said.group_by(person, then).cte("said")
    newest = select(func.max(said.c.week)).scalar_subquery()
    recent, before = newest - RECENT_WEEKS, newest - RECENT_WEEKS - BEFORE_WEEKS
    who = and_(participants.c.workspace_id == uow.workspace_id, participants.c.id == said.c.person)
    known, n = cast(participants.c.segments, Text), func.count(said.c.person.distinct())
    week, text = said.c.week, literal("", Text)
    rows = uow.rows(
        union_all(
            select(literal("week").label("what"), cast(week, Text).label("key"), n.label("n"))
            .where(week.is_not(None))
            .group_by(week),
            select(literal("segments"), known, n)
            .select_from(said.join(participants, who))
            .group_by(known),
            select(literal("recent"), text, n).where(week > recent),
            select(literal("before"), text, n).where(week <= recent, week > before),
            select(literal("newest"), cast(func.max(said.c.at), Text), n),
        )
    )
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        parts[row["what"]][row["key"] or ""] = row["n"]
    return Heard(
        weeks={_monday(int(week)): n for week, n in parts["week"].items()},
        segments=[(json.loads(key or "null") or {}, n) for key, n in parts["segments"].items()],
        recent=parts["recent"].get("", 0),
        before=parts["before"].get("", 0),
        newest=_moment(parts["newest"]),
    )


def _people(uow: UnitOfWork, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(members_with_people())
        .where(*counted(uow, current_id(uow)), chunks.c.participant_id.is_not(None))
    )


def _read() -> ColumnElement[bool]:
    return and_(
        passage_stances.c.workspace_id == chunks.c.workspace_id,
        passage_stances.c.chunk_id == chunks.c.id,
    )


def _said(uow: UnitOfWork, level: Level) -> CTE:
    """Select what counts of the run: in which theme, by whom, in which week, how, when."""
    return (
        select(
            theme_at(level).label("theme"),
            chunks.c.participant_id.label("person"),
            _week().label("week"),
            passage_stances.c.stance,
            documents.c.occurred_at.label("at"),
        )
        .select_from(
            members_with_people()
            .outerjoin(passage_stances, _read())
            .outerjoin(themes, is_its_theme())
        )
        .where(*counted(uow, current_id(uow)))
        .cte("said")
    )


def _on(said: CTE, stance: Stance) -> ColumnElement[int]:
    """Count the people of `said` who speak so."""
    return func.count(case((said.c.stance == stance, said.c.person)).distinct())


def _week() -> ColumnElement[Any]:
    """Return the number of the week something was said in, from the Monday before 1970."""
    return (_seconds() + 3 * DAY) // (7 * DAY)


def _seconds() -> ColumnElement[Any]:
    return cast(extract("epoch", documents.c.occurred_at), BigInteger)


def _moment(found: Iterable[str]) -> datetime | None:
    """Return the time of a key that counts seconds; an empty one is no time."""
    return next((datetime.fromtimestamp(int(key), UTC) for key in found if key), None)


def _monday(week: int) -> date:
    return EPOCH_MONDAY + timedelta(weeks=week)
