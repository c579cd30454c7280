"""SQL of who was talked to, for many investigations at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, select

from synth.investigations.progress import conversation_time
from synth.investigations.repo.slices import ACCOUNT
from synth.investigations.types import Investigation
from synth.store.tables.metrics import anomaly_people
from synth.store.tables.people import participants
from synth.store.tables.sources import documents, turns
from synth.store.unit_of_work import UnitOfWork

#: When each person was talked to, first to last.
Talks = dict[str, tuple[datetime, ...]]


def talks_of(uow: UnitOfWork, cases: Iterable[Investigation]) -> dict[str, Talks]:
    """Return by investigation who of those hit was talked to, and when; three queries at most."""
    wanted = list(cases)
    talked = _conversations(uow) if wanted else {}
    if not talked:
        return {case.id: {} for case in wanted}
    by_anomaly = _hit(uow, {case.anomaly_id for case in wanted if case.anomaly_id})
    by_account = _members(uow) if any(case.account for case in wanted) else {}
    hit = {
        case.id: by_account.get(case.account or "", set())
        if case.account is not None
        else by_anomaly.get(case.anomaly_id or "", set())
        for case in wanted
    }
    return {
        case.id: {person: talked[person] for person in sorted(hit[case.id] & talked.keys())}
        for case in wanted
    }


def _conversations(uow: UnitOfWork) -> Talks:
    statement = (
        select(
            turns.c.participant_id,
            documents.c.id,
            documents.c.occurred_at,
            documents.c.created_at,
        )
        .join(
            turns,
            and_(
                turns.c.workspace_id == documents.c.workspace_id,
                turns.c.document_id == documents.c.id,
            ),
        )
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.kind == "transcript",
            documents.c.is_current,
            turns.c.role == "participant",
            turns.c.participant_id.is_not(None),
        )
        .distinct()
    )
    found: dict[str, list[datetime]] = {}
    for row in uow.rows(statement):
        held = conversation_time(row["occurred_at"], row["created_at"])
        found.setdefault(row["participant_id"], []).append(held)
    return {person: tuple(sorted(moments)) for person, moments in found.items()}


def _hit(uow: UnitOfWork, anomaly_ids: set[str]) -> dict[str, set[str]]:
    statement = select(anomaly_people.c.anomaly_id, anomaly_people.c.participant_id).where(
        anomaly_people.c.workspace_id == uow.workspace_id,
        anomaly_people.c.anomaly_id.in_(anomaly_ids),
        anomaly_people.c.is_affected,
    )
    return _grouped((row["anomaly_id"], row["participant_id"]) for row in uow.rows(statement))


def _members(uow: UnitOfWork) -> dict[str, set[str]]:
    statement = select(participants.c.id, participants.c.segments).where(
        participants.c.workspace_id == uow.workspace_id, participants.c.merged_into.is_(None)
    )
    rows: Sequence[tuple[str, str]] = [
        (row["segments"].get(ACCOUNT) or "", row["id"]) for row in uow.rows(statement)
    ]
    return _grouped(rows)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found
