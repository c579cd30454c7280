"""SQL of withdrawing: what leads to a person or was measured of them, and taking it away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, or_, select, text, update

from synth.backends.event_log import Part
from synth.people.identity import WITHDRAWN
from synth.people.repo import Key
from synth.privacy.types import Leaving
from synth.store.tables.hypotheses import citations
from synth.store.tables.investigations import investigation_watches
from synth.store.tables.metrics import (
    anomaly_people,
    anomaly_sessions,
    event_parts,
    events,
    person_values,
)
from synth.store.tables.people import participant_ids, participant_merges, participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def load_leaving(uow: UnitOfWork, person_id: str) -> Leaving:
    """Return a person with their parts and the keys that lead to any of them."""
    row = uow.row(_all(uow, participants).where(participants.c.id == person_id))
    root = (row["merged_into"] if row else None) or person_id
    same = or_(participants.c.id == root, participants.c.merged_into == root)
    parts = [one["id"] for one in uow.rows(_all(uow, participants).where(same))]
    table = participant_ids
    led = _all(uow, table).where(table.c.participant_id.in_(parts), table.c.namespace != WITHDRAWN)
    keys = [(one["namespace"], one["value"]) for one in uow.rows(led)]
    return Leaving(person_id=root, parts=sorted(parts), keys=sorted(keys))


def count_reach(uow: UnitOfWork, leaving: Leaving) -> Mapping[str, int]:
    """Return how many passages, documents, files, drafts, values and anomalies a person is in."""
    said = and_(
        chunks.c.workspace_id == uow.workspace_id, chunks.c.participant_id.in_(leaving.parts)
    )
    cited = and_(
        citations.c.workspace_id == chunks.c.workspace_id, citations.c.chunk_id == chunks.c.id
    )
    lies = and_(
        documents.c.workspace_id == chunks.c.workspace_id, documents.c.id == chunks.c.document_id
    )
    counts = {
        "passages": select(func.count()).select_from(chunks).where(said),
        "documents": select(func.count(chunks.c.document_id.distinct())).where(said),
        "originals": select(func.count(documents.c.source_id.distinct()))
        .select_from(chunks.join(documents, lies))
        .where(said),
        "drafts": select(func.count(citations.c.hypothesis_id.distinct()))
        .select_from(chunks.join(citations, cited))
        .where(said),
        "values": _count(uow, person_values, leaving),
        "anomalies": _count(uow, anomaly_people, leaving),
    }
    row = uow.row(select(*(one.scalar_subquery().label(name) for name, one in counts.items())))
    return {name: int(row[name]) for name in counts} if row else dict.fromkeys(counts, 0)


def overwrite_deleted(uow: UnitOfWork) -> None:
    """Let SQLite overwrite what this connection deletes; Postgres leaves that to its vacuum."""
    if uow.connection.dialect.name == "sqlite":
        uow.connection.execute(text("PRAGMA secure_delete=ON"))


def remove_ids(uow: UnitOfWork, leaving: Leaving, digests: Iterable[Key]) -> int:
    """Let only `digests` lead to a person, who agrees to nothing; return how many joins went."""
    table, merges = participant_ids, participant_merges
    parts = list(leaving.parts)
    led = table.c.participant_id.in_(parts)
    uow.execute(_delete(uow, table).where(led, table.c.namespace != WITHDRAWN))
    rows = [
        {"namespace": namespace, "value": value, "participant_id": leaving.person_id}
        for namespace, value in digests
    ]
    uow.insert_missing(table, rows)
    uow.execute(
        update(participants)
        .where(participants.c.workspace_id == uow.workspace_id, participants.c.id.in_(parts))
        .values(
            segments={},
            own=None,
            may_analyse=False,
            may_quote=False,
            may_use_llm=False,
            may_contact=False,
        )
    )
    named = or_(merges.c.kept_id.in_(parts), merges.c.merged_id.in_(parts))
    return uow.execute(_delete(uow, merges).where(named))


def remove_measured(uow: UnitOfWork, parts: Sequence[str]) -> Mapping[str, int]:
    """Remove what was measured of people; return how much, by what it is."""
    watched = _all(uow, anomaly_sessions).where(anomaly_sessions.c.participant_id.in_(parts))
    sessions = sorted({row["session_id"] for row in uow.rows(watched)})
    for start in range(0, len(sessions), BATCH_ROWS):
        batch = investigation_watches.c.session_id.in_(sessions[start : start + BATCH_ROWS])
        uow.execute(_delete(uow, investigation_watches).where(batch))
    tables = {
        "events": events,
        "values": person_values,
        "anomalies": anomaly_people,
        "sessions": anomaly_sessions,
    }
    return {
        name: uow.execute(_delete(uow, table).where(table.c.participant_id.in_(parts)))
        for name, table in tables.items()
    }


def replace_parts(uow: UnitOfWork, found: Mapping[str, Part | None], now: datetime) -> None:
    """Let other files of events count in place of those of the ids given; None: nothing does."""
    uow.execute(_delete(uow, event_parts).where(event_parts.c.id.in_(sorted(found))))
    rows = [{**vars(part), "added_at": now} for part in found.values() if part]
    uow.insert(event_parts, rows)


def _all(uow: UnitOfWork, table: Table) -> Any:
    return select(table).where(table.c.workspace_id == uow.workspace_id)


def _count(uow: UnitOfWork, table: Table, leaving: Leaving) -> Any:
    here = (table.c.workspace_id == uow.workspace_id, table.c.participant_id.in_(leaving.parts))
    return select(func.count()).select_from(table).where(*here)


def _delete(uow: UnitOfWork, table: Table) -> Any:
    return delete(table).where(table.c.workspace_id == uow.workspace_id)
