"""SQL of who was hit: the people to ask, their conversations, their recorded sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    RowMapping,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from synth.investigations.playlist import SIGNALS
from synth.investigations.progress import conversation_time
from synth.investigations.types import Askable, Investigation, Person, Session
from synth.store.tables.base import Utc
from synth.store.tables.metrics import anomaly_people, anomaly_sessions
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
    """Return everybody hit: talked to first, then by pseudonym.

    `subject` is an investigation or an anomaly's id.
    """
    return first_people(uow, subject, most=None)[0]


def first_people(
    uow: UnitOfWork, subject: Investigation | str, *, most: int | None
) -> tuple[list[Person], Askable]:
    """Return people hit, at most so many rows of them, and of all whom to ask and why not others.

    Those talked to come first, then those who may be asked.
    """
    talks, ids = _conversations(uow), _external_ids(uow)
    groups = _groups(talks.c.document_id.is_(None))
    known = (
        select(
            participants,
            ids.c.external,
            talks.c.document_id,
            talks.c.occurred_at,
            talks.c.held_by,
            *(
                func.sum(case((condition, 1), else_=0)).over().label(name)
                for name, condition in groups.items()
            ),
        )
        .outerjoin(talks, talks.c.participant_id == participants.c.id)
        .outerjoin(ids, ids.c.participant_id == participants.c.id)
        .where(participants.c.workspace_id == uow.workspace_id, _is_hit(uow, subject))
        .order_by(
            talks.c.document_id.is_(None),
            case((groups["to_ask"], 0), else_=1),
            participants.c.number,
            talks.c.document_id,
        )
        .limit(most)
    )
    people: dict[str, RowMapping] = {}
    talked: dict[str, list[datetime]] = {}
    for row in uow.rows(known):
        people.setdefault(row["id"], row)
        if row["document_id"] is not None:
            held = conversation_time(row["occurred_at"], row["held_by"])
            talked.setdefault(row["id"], []).append(held)
    found = [_person(row, tuple(sorted(talked.get(key, ())))) for key, row in people.items()]
    counted = next(iter(people.values()), dict.fromkeys(groups, 0))
    return found, Askable(**{name: int(counted[name]) for name in groups})


def _groups(is_new: ColumnElement[bool]) -> dict[str, ColumnElement[bool]]:
    """Return who of those not talked to may be asked, and why the others are not."""
    may, contact = participants.c.may_analyse, participants.c.may_contact
    is_one = participants.c.role == "participant"
    counts = and_(may, is_one)
    return {
        "to_ask": and_(is_new, counts, contact.is_(True)),
        "not_asked": and_(is_new, counts, contact.is_(None)),
        "refused": and_(is_new, counts, contact.is_(False)),
        "silent": and_(is_new, is_one, not_(may)),
    }


def sessions_of(
    uow: UnitOfWork, subject: Investigation | str
) -> tuple[list[Session], list[Session]]:
    """Return the sessions of the people hit: as detection kept them, and as notes tell of them.

    Of each at most 2,000.
    """
    recorded = _recorded(uow, subject).subquery()
    noted = _noted(uow, subject).subquery()
    both = union_all(select(recorded), select(noted))
    found = [_session(row) for row in uow.rows(both)]
    return (
        [session for session in found if not session.document_id],
        [session for session in found if session.document_id],
    )


def _recorded(uow: UnitOfWork, subject: Investigation | str) -> Select[Any]:
    kept, part = anomaly_sessions.c, participants.alias("part")
    trouble = or_(*(func.lower(kept.event).contains(sign) for sign in SIGNALS))
    seen = kept.at
    statement = (
        select(
            kept.session_id,
            participants.c.id.label("participant_id"),
            participants.c.number,
            seen.label("starts_at"),
            case((trouble, seen)).label("signal_at"),
            case((trouble, 1), else_=0).label("signals"),
            kept.event.label("signal"),
            cast(null(), Text).label("url"),
            cast(null(), BigInteger).label("at_ms"),
            cast(null(), Text).label("document_id"),
        )
        .join(
            part, and_(part.c.workspace_id == kept.workspace_id, part.c.id == kept.participant_id)
        )
        .join(
            participants,
            and_(
                participants.c.workspace_id == kept.workspace_id,
                participants.c.id == func.coalesce(part.c.merged_into, part.c.id),
            ),
        )
        .where(
            kept.workspace_id == uow.workspace_id,
            participants.c.may_analyse,
            _is_hit(uow, subject),
        )
        .order_by(kept.at, kept.session_id)
        .limit(MOST_SESSIONS)
    )
    anomaly_id = subject if isinstance(subject, str) else subject.anomaly_id
    return statement if anomaly_id is None else statement.where(kept.anomaly_id == anomaly_id)


def _noted(uow: UnitOfWork, subject: Investigation | str) -> Select[Any]:
    session_id = documents.c.metadata["session_id"].as_string()
    return (
        select(
            func.coalesce(session_id, documents.c.id).label("session_id"),
            turns.c.participant_id,
            participants.c.number,
            documents.c.occurred_at.label("starts_at"),
            cast(null(), Utc).label("signal_at"),
            literal(0).label("signals"),
            cast(null(), Text).label("signal"),
            documents.c.url,
            turns.c.start_ms.label("at_ms"),
            documents.c.id.label("document_id"),
        )
        .join(turns, _in_document(turns))
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


def _conversations(uow: UnitOfWork) -> Subquery:
    """Select which person took part in which conversation, once each."""
    return (
        select(
            turns.c.participant_id,
            documents.c.id.label("document_id"),
            documents.c.occurred_at,
            documents.c.created_at.label("held_by"),
        )
        .select_from(documents)
        .join(turns, _in_document(turns))
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.kind == "transcript",
            documents.c.is_current,
            turns.c.role == "participant",
        )
        .distinct()
        .subquery()
    )


def _external_ids(uow: UnitOfWork) -> Subquery:
    """Select the id analytics know each person by, also one that was united into theirs."""
    ids, part = participant_ids, participants.alias("part")
    root = func.coalesce(part.c.merged_into, part.c.id)
    return (
        select(root.label("participant_id"), func.min(ids.c.value).label("external"))
        .select_from(ids)
        .join(
            part, and_(part.c.workspace_id == ids.c.workspace_id, part.c.id == ids.c.participant_id)
        )
        .where(ids.c.workspace_id == uow.workspace_id, ids.c.namespace == USER)
        .group_by(root)
        .subquery()
    )


def _in_document(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.workspace_id == documents.c.workspace_id, table.c.document_id == documents.c.id
    )


def _is_hit(uow: UnitOfWork, subject: Investigation | str) -> ColumnElement[bool]:
    """Return the condition that a participant is one of those hit."""
    if isinstance(subject, Investigation) and subject.account is not None:
        account: ColumnElement[str] = participants.c.segments[ACCOUNT].as_string()
        return and_(account == subject.account, participants.c.merged_into.is_(None))
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
        may_analyse=row["may_analyse"] and row["role"] == "participant",
        may_contact=row["may_contact"],
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
        url=row["url"] or "",
        at_ms=row["at_ms"],
        document_id=row["document_id"] or "",
    )
