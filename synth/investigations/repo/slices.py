"""SQL of who was hit: the people to ask, their conversations, their recorded sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, Select, and_, case, func, or_, select

from synth.core.periods import Period
from synth.investigations.playlist import SIGNALS
from synth.investigations.progress import conversation_time
from synth.investigations.types import Investigation, Person, Session
from synth.store.tables.metrics import anomaly_people, events
from synth.store.tables.people import participant_ids, participants
from synth.store.tables.sources import documents, turns
from synth.store.unit_of_work import UnitOfWork

#: Segment that names the account somebody belongs to.
ACCOUNT = "account"

#: Sessions looked at to choose a playlist from.
MOST_SESSIONS = 2_000

#: Analytics know people by this namespace.
USER = "user"


def people_of(uow: UnitOfWork, subject: Investigation | str) -> list[Person]:
    """Return everybody hit, by pseudonym; `subject` is an investigation or an anomaly's id."""
    talked = _conversations(uow, subject)
    known = (
        select(participants, func.min(participant_ids.c.value).label("external"))
        .outerjoin(
            participant_ids,
            and_(
                participant_ids.c.workspace_id == participants.c.workspace_id,
                participant_ids.c.participant_id == participants.c.id,
                participant_ids.c.namespace == USER,
            ),
        )
        .where(participants.c.workspace_id == uow.workspace_id, _is_hit(uow, subject))
        .group_by(*participants.primary_key.columns)
        .order_by(participants.c.number)
    )
    return [_person(row, talked.get(row["id"], ())) for row in uow.rows(known)]


def recorded_sessions(
    uow: UnitOfWork, subject: Investigation | str, window: Period | None
) -> list[Session]:
    """Return the sessions in the events of the people hit, in the window: trouble first."""
    trouble = or_(*(func.lower(events.c.name).contains(sign) for sign in SIGNALS))
    first_trouble = func.min(case((trouble, events.c.ts)))
    starts, signals = func.min(events.c.ts), func.sum(case((trouble, 1), else_=0))
    statement = (
        select(
            events.c.session_id,
            events.c.participant_id,
            participants.c.number,
            starts.label("starts_at"),
            first_trouble.label("signal_at"),
            signals.label("signals"),
            func.min(case((trouble, events.c.name))).label("signal"),
        )
        .join(participants, _same(events.c.participant_id))
        .where(
            events.c.workspace_id == uow.workspace_id,
            events.c.session_id.is_not(None),
            participants.c.may_analyse,
            _is_hit(uow, subject),
        )
        .group_by(events.c.session_id, events.c.participant_id, participants.c.number)
        .order_by(signals.desc(), starts, events.c.session_id)
        .limit(MOST_SESSIONS)
    )
    if window is not None:
        statement = statement.where(events.c.ts >= window.start, events.c.ts < window.end)
    return [_session(row) for row in uow.rows(statement)]


def replay_notes(uow: UnitOfWork, subject: Investigation | str) -> list[Session]:
    """Return the sessions of people hit that somebody has written a note about."""
    statement = (
        select(
            documents.c.id,
            documents.c.url,
            documents.c.metadata,
            documents.c.occurred_at,
            turns.c.start_ms,
            turns.c.participant_id,
            participants.c.number,
        )
        .join(
            turns,
            and_(
                turns.c.workspace_id == documents.c.workspace_id,
                turns.c.document_id == documents.c.id,
            ),
        )
        .join(participants, _same(turns.c.participant_id))
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.kind == "replay_note",
            documents.c.is_current,
            participants.c.may_analyse,
            _is_hit(uow, subject),
        )
        .order_by(documents.c.occurred_at, documents.c.id)
        .limit(MOST_SESSIONS)
    )
    return [_note(row) for row in uow.rows(statement)]


def _conversations(
    uow: UnitOfWork, subject: Investigation | str
) -> dict[str, tuple[datetime, ...]]:
    """Return when each person was talked to, first to last; one document is one conversation."""
    statement = (
        select(
            turns.c.participant_id,
            documents.c.id,
            documents.c.occurred_at,
            documents.c.created_at,
        )
        .join(
            documents,
            and_(
                documents.c.workspace_id == turns.c.workspace_id,
                documents.c.id == turns.c.document_id,
            ),
        )
        .join(participants, _same(turns.c.participant_id))
        .where(
            turns.c.workspace_id == uow.workspace_id,
            turns.c.role == "participant",
            documents.c.kind == "transcript",
            documents.c.is_current,
            _is_hit(uow, subject),
        )
        .distinct()
    )
    found: dict[str, list[datetime]] = {}
    for row in uow.rows(statement):
        held = conversation_time(row["occurred_at"], row["created_at"])
        found.setdefault(row["participant_id"], []).append(held)
    return {person: tuple(sorted(times)) for person, times in found.items()}


def _is_hit(uow: UnitOfWork, subject: Investigation | str) -> ColumnElement[bool]:
    """Return the condition that a participant is one of those hit."""
    if isinstance(subject, Investigation) and subject.account is not None:
        account: ColumnElement[str] = participants.c.segments[ACCOUNT].as_string()
        return account == subject.account
    anomaly_id = subject if isinstance(subject, str) else subject.anomaly_id
    return participants.c.id.in_(_hit_by(uow, anomaly_id or ""))


def _hit_by(uow: UnitOfWork, anomaly_id: str) -> Select[Any]:
    return select(anomaly_people.c.participant_id).where(
        anomaly_people.c.workspace_id == uow.workspace_id,
        anomaly_people.c.anomaly_id == anomaly_id,
        anomaly_people.c.is_affected,
    )


def _same(column: Column[Any]) -> ColumnElement[bool]:
    """Return the join of a column that names a participant, in the same workspace."""
    table = column.table
    return and_(participants.c.workspace_id == table.c.workspace_id, participants.c.id == column)


def _person(row: RowMapping, talked_at: tuple[datetime, ...]) -> Person:
    return Person(
        participant_id=row["id"],
        pseudonym=f"P{row['number']}",
        external_id=row["external"] or "",
        segments=row["segments"],
        may_ask=row["may_analyse"] and row["role"] == "participant",
        talked_at=talked_at,
    )


def _session(row: RowMapping) -> Session:
    return Session(
        session_id=row["session_id"],
        participant_id=row["participant_id"],
        pseudonym=f"P{row['number']}",
        starts_at=row["starts_at"],
        signal_at=row["signal_at"],
        signals=row["signals"],
        signal=row["signal"] or "",
    )


def _note(row: RowMapping) -> Session:
    return Session(
        session_id=row["metadata"].get("session_id") or row["id"],
        participant_id=row["participant_id"],
        pseudonym=f"P{row['number']}",
        starts_at=row["occurred_at"],
        signal_at=None,
        signals=0,
        url=row["url"] or "",
        at_ms=row["start_ms"],
        document_id=row["id"],
    )
