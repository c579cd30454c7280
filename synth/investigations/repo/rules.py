"""SQL of triggers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, Select, select

from synth.errors import NotFound
from synth.investigations.types import Trigger
from synth.store.tables.investigations import triggers
from synth.store.unit_of_work import UnitOfWork

#: Columns that hold a JSON list.
LISTS = ("kinds", "metrics", "marks")


def list_triggers(uow: UnitOfWork) -> list[Trigger]:
    """Return all triggers, the oldest first: the first that fires opens."""
    return [_trigger(row) for row in uow.rows(_select(uow))]


def load_trigger(uow: UnitOfWork, trigger_id: str) -> Trigger:
    """Return a trigger; raises NotFound."""
    row = uow.row(_select(uow).where(triggers.c.id == trigger_id))
    if row is None:
        raise NotFound(f"no trigger {trigger_id}; GET /v1/triggers lists them")
    return _trigger(row)


def save_trigger(uow: UnitOfWork, trigger: Trigger) -> None:
    """Insert a trigger, or overwrite what it says."""
    lists = {name: list(getattr(trigger, name)) for name in LISTS}
    uow.upsert(triggers, [asdict(trigger) | lists])


def _select(uow: UnitOfWork) -> Select[Any]:
    mine = select(triggers).where(triggers.c.workspace_id == uow.workspace_id)
    return mine.order_by(triggers.c.created_at, triggers.c.id)


def _trigger(row: RowMapping) -> Trigger:
    values = {name: row[name] for name in Trigger.__dataclass_fields__}
    return Trigger(**values | {name: tuple(row[name]) for name in LISTS})
