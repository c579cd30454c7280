"""SQL of participants and their external ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping, Select, and_, bindparam, func, select, union, update

from synth.core.ids import new_id
from synth.people.types import Consent, Coverage, Participant, Role
from synth.store.tables.access import workspaces
from synth.store.tables.metrics import anomalies, anomaly_people, person_values
from synth.store.tables.people import participant_ids, participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork

#: (namespace, stored value): see `people.identity`.
Key = tuple[str, str]


def find(uow: UnitOfWork, keys: Iterable[Key]) -> dict[Key, str]:
    """Return the participant id of each key that is known."""
    wanted = sorted(set(keys))
    found: dict[Key, str] = {}
    for namespace, own in groupby(wanted, key=itemgetter(0)):
        values = [value for _, value in own]
        for start in range(0, len(values), BATCH_ROWS):
            # One namespace at a time: SQLite reads its whole table for pairs in a list.
            statement = select(participant_ids).where(
                participant_ids.c.workspace_id == uow.workspace_id,
                participant_ids.c.namespace == namespace,
                participant_ids.c.value.in_(values[start : start + BATCH_ROWS]),
            )
            for row in uow.rows(statement):
                found[row["namespace"], row["value"]] = row["participant_id"]
    return found


def user_keys(uow: UnitOfWork) -> dict[Key, str]:
    """Return the participant id, of the united person, of every key of a system's user."""
    statement = select(participant_ids).where(
        participant_ids.c.workspace_id == uow.workspace_id,
        participant_ids.c.namespace.in_(("user", "email")),
    )
    roots = united(uow)
    return {
        (row["namespace"], row["value"]): roots.get(row["participant_id"], row["participant_id"])
        for row in uow.rows(statement)
    }


def create(uow: UnitOfWork, roles: Sequence[Role], now: datetime) -> list[str]:
    """Add one participant per role, numbered on from the last; return their ids."""
    # Locks the workspace on Postgres, so that two files cannot give one number twice.
    uow.row(select(workspaces).where(workspaces.c.id == uow.workspace_id).with_for_update())
    last = uow.scalar(
        select(func.max(participants.c.number)).where(
            participants.c.workspace_id == uow.workspace_id
        )
    )
    rows: list[dict[str, object]] = [
        {
            "id": new_id(),
            "number": (last or 0) + position,
            "role": role,
            "segments": {},
            "may_analyse": True,
            "may_quote": True,
            "may_use_llm": True,
            "created_at": now,
        }
        for position, role in enumerate(roles, start=1)
    ]
    uow.insert(participants, rows)
    return [str(row["id"]) for row in rows]


def add_ids(uow: UnitOfWork, ids: Mapping[Key, str]) -> None:
    """Let each key lead to its participant; a key already known stays where it is."""
    uow.insert_missing(
        participant_ids,
        (
            {"namespace": namespace, "value": value, "participant_id": participant_id}
            for (namespace, value), participant_id in ids.items()
        ),
    )


def describe(
    uow: UnitOfWork,
    participant_id: str,
    *,
    role: Role | None = None,
    segments: Mapping[str, str] | None = None,
    consent: Consent | None = None,
) -> None:
    """Set what is given of one participant; the rest stays."""
    person = load(uow, [participant_id])[participant_id]
    changed = replace(
        person,
        role=role or person.role,
        segments={**person.segments, **(segments or {})},
        consent=consent or person.consent,
    )
    save(uow, [changed])


def save(uow: UnitOfWork, people: Iterable[Participant]) -> None:
    """Write role, segments and consent of participants that are there already."""
    given = list(people)
    roots = united(uow, (person.id for person in given))
    rows = [
        {
            "key": roots.get(person.id, person.id),
            "role": person.role,
            "segments": dict(person.segments),
            "may_analyse": person.consent.analyse,
            "may_quote": person.consent.quote,
            "may_use_llm": person.consent.llm,
            "may_contact": person.consent.contact,
        }
        for person in given
    ]
    if rows:
        statement = update(participants).where(
            participants.c.workspace_id == uow.workspace_id,
            participants.c.id == bindparam("key"),
        )
        uow.connection.execute(statement, rows)


def load(uow: UnitOfWork, ids: Iterable[str] | None = None) -> dict[str, Participant]:
    """Return participants by id: those asked for, or all, each person once.

    Asked for by an id that was united with another, a person is the united one, under that id.
    """
    if ids is None:
        alone = _people(uow).where(participants.c.merged_into.is_(None))
        return {row["id"]: participant(row) for row in uow.rows(alone)}
    asked = _rows(uow, ids)
    roots = {key: row["merged_into"] for key, row in asked.items() if row["merged_into"]}
    rows = asked | (_rows(uow, roots.values()) if roots else {})
    return {key: replace(participant(rows[roots.get(key, key)]), id=key) for key in asked}


def united(uow: UnitOfWork, ids: Iterable[str] | None = None) -> dict[str, str]:
    """Return the id of the united person for each id that was united into another."""
    merged = select(participants.c.id, participants.c.merged_into).where(
        participants.c.workspace_id == uow.workspace_id, participants.c.merged_into.is_not(None)
    )
    if ids is None:
        return {row["id"]: row["merged_into"] for row in uow.rows(merged)}
    wanted = sorted(set(ids))
    found = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        batch = merged.where(participants.c.id.in_(wanted[start : start + BATCH_ROWS]))
        found.update({row["id"]: row["merged_into"] for row in uow.rows(batch)})
    return found


def _people(uow: UnitOfWork) -> Select[Any]:
    return select(participants).where(participants.c.workspace_id == uow.workspace_id)


def _rows(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, RowMapping]:
    wanted = sorted(set(ids))
    found: dict[str, RowMapping] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        batch = _people(uow).where(participants.c.id.in_(wanted[start : start + BATCH_ROWS]))
        found.update({row["id"]: row for row in uow.rows(batch)})
    return found


def participant(row: RowMapping) -> Participant:
    """Return the participant of a row, as the row says."""
    return Participant(
        id=row["id"],
        number=row["number"],
        role=Role(row["role"]),
        segments=row["segments"],
        consent=Consent(
            analyse=row["may_analyse"],
            quote=row["may_quote"],
            llm=row["may_use_llm"],
            contact=row["may_contact"],
        ),
    )


def coverage(uow: UnitOfWork) -> Coverage:
    """Return how many people were heard, were measured, and were both."""
    heard = _heard(uow).subquery()
    measured = _measured(uow).subquery()
    both = select(func.count()).select_from(
        heard.join(measured, heard.c.person == measured.c.person)
    )
    row = uow.row(
        select(
            select(func.count()).select_from(heard).scalar_subquery().label("heard"),
            select(func.count()).select_from(measured).scalar_subquery().label("measured"),
            both.scalar_subquery().label("both"),
        )
    )
    return Coverage(**row) if row else Coverage(heard=0, measured=0, both=0)


def _heard(uow: UnitOfWork) -> Any:
    """Select whoever said something that counts: in a current document, with consent."""
    joined = chunks.join(
        documents,
        and_(
            documents.c.workspace_id == chunks.c.workspace_id,
            documents.c.id == chunks.c.document_id,
            documents.c.is_current,
        ),
    ).join(participants, _same(chunks.c.participant_id))
    return (
        select(chunks.c.participant_id.label("person"))
        .select_from(joined)
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            chunks.c.is_evidence,
            participants.c.may_analyse,
        )
        .distinct()
    )


def _measured(uow: UnitOfWork) -> Any:
    root = func.coalesce(participants.c.merged_into, participants.c.id).label("person")
    valued = (
        select(root)
        .select_from(person_values.join(participants, _same(person_values.c.participant_id)))
        .where(person_values.c.workspace_id == uow.workspace_id)
    )
    joined = anomaly_people.join(
        anomalies,
        and_(
            anomalies.c.workspace_id == anomaly_people.c.workspace_id,
            anomalies.c.id == anomaly_people.c.anomaly_id,
        ),
    )
    placed = (
        select(anomaly_people.c.participant_id.label("person"))
        .select_from(joined)
        .where(anomaly_people.c.workspace_id == uow.workspace_id, anomalies.c.is_current)
    )
    return union(valued, placed)


def _same(column: Any) -> Any:
    return and_(
        participants.c.workspace_id == column.table.c.workspace_id, participants.c.id == column
    )
