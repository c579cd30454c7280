"""SQL of the backlog and the insights its items rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, select, update

from synth.errors import NotFound
from synth.insights.types import BacklogItem, ItemKind, ItemState
from synth.store.tables.insights import backlog_evidence, backlog_items
from synth.store.unit_of_work import UnitOfWork


def list_items(uow: UnitOfWork) -> list[BacklogItem]:
    """Return the backlog, newest first."""
    order = (backlog_items.c.created_at.desc(), backlog_items.c.id)
    own = select(backlog_items).where(backlog_items.c.workspace_id == uow.workspace_id)
    rows = uow.rows(own.order_by(*order))
    evidence = _evidence(uow)
    return [_item(row, evidence.get(row["id"], ())) for row in rows]


def load_item(uow: UnitOfWork, item_id: str) -> BacklogItem:
    """Return an item of the backlog; raises NotFound."""
    found = [item for item in list_items(uow) if item.id == item_id]
    if not found:
        raise NotFound(f"no backlog item {item_id} in this workspace")
    return found[0]


def add_item(uow: UnitOfWork, item: BacklogItem) -> None:
    """Add an item with the insights it rests on."""
    row = {name: getattr(item, name) for name in BacklogItem.__dataclass_fields__}
    del row["insight_ids"]
    uow.insert(backlog_items, [row])
    link_item(uow, item.id, item.insight_ids)


def change_item(uow: UnitOfWork, item_id: str, **values: Any) -> None:
    """Change state, owner, override or the day it shipped."""
    uow.execute(
        update(backlog_items)
        .where(backlog_items.c.workspace_id == uow.workspace_id, backlog_items.c.id == item_id)
        .values(**values)
    )


def link_item(uow: UnitOfWork, item_id: str, insight_ids: Iterable[str]) -> None:
    """Let an item rest on these insights too."""
    rows = [{"item_id": item_id, "insight_id": one} for one in dict.fromkeys(insight_ids)]
    uow.insert_missing(backlog_evidence, rows)


def _evidence(uow: UnitOfWork) -> dict[str, list[str]]:
    statement = (
        select(backlog_evidence)
        .where(backlog_evidence.c.workspace_id == uow.workspace_id)
        .order_by(backlog_evidence.c.insight_id)
    )
    found: dict[str, list[str]] = {}
    for row in uow.rows(statement):
        found.setdefault(row["item_id"], []).append(row["insight_id"])
    return found


def _item(row: RowMapping, insight_ids: Sequence[str]) -> BacklogItem:
    values = {name: row[name] for name in BacklogItem.__dataclass_fields__ if name in row}
    kinds = {"kind": ItemKind(row["kind"]), "state": ItemState(row["state"])}
    return BacklogItem(**{**values, **kinds, "insight_ids": tuple(insight_ids)})
