"""SQL of the audit trail: append and read, nothing else."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from synth.audit.chain import GENESIS, AuditEvent, chain_hash
from synth.store.tables.access import workspaces
from synth.store.tables.audit import audit_events
from synth.store.unit_of_work import UnitOfWork


def append(
    uow: UnitOfWork,
    secret: bytes,
    *,
    at: datetime,
    actor_id: str,
    action: str,
    subject: tuple[str, str],
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one event in the caller's transaction; `subject` is (kind, id)."""
    # One writer at a time: Postgres locks the workspace row, SQLite is locked already. The lock
    # leaves references to the row free, or two writers that inserted first would wait forever.
    lock = select(workspaces).where(workspaces.c.id == uow.workspace_id)
    uow.row(lock.with_for_update(key_share=True))
    last = uow.row(_trail(uow).order_by(audit_events.c.seq.desc()).limit(1))
    draft = AuditEvent(
        seq=last["seq"] + 1 if last else 1,
        at=at,
        actor_id=actor_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        data=data or {},
        previous_hash=last["hash"] if last else GENESIS,
        hash="",
    )
    event = replace(draft, hash=chain_hash(secret, draft))
    uow.insert(audit_events, [asdict(event)])
    return event


def events(uow: UnitOfWork, *, after: int = 0, limit: int | None = None) -> list[AuditEvent]:
    """Return the events after sequence number `after`, in order."""
    statement = _trail(uow).where(audit_events.c.seq > after).order_by(audit_events.c.seq)
    return [_event(row) for row in uow.rows(statement.limit(limit) if limit else statement)]


def count(uow: UnitOfWork) -> int:
    """Return how many events there are."""
    counted = select(func.count()).where(audit_events.c.workspace_id == uow.workspace_id)
    return int(uow.scalar(counted))


def _trail(uow: UnitOfWork) -> Any:
    return select(audit_events).where(audit_events.c.workspace_id == uow.workspace_id)


def _event(row: RowMapping) -> AuditEvent:
    return AuditEvent(**{name: row[name] for name in AuditEvent.__dataclass_fields__})
