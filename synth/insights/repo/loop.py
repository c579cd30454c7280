"""SQL of labels, decisions and the steps of the loop; what was decided stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Table, delete, select

from synth.insights.types import Choice, InsightDecision, LabelKind, Labels, LoopState, Step
from synth.store.tables.access import workspaces
from synth.store.tables.insights import (
    insight_decisions,
    insight_escalations,
    insight_labels,
    insight_steps,
)
from synth.store.unit_of_work import UnitOfWork


def lock_insight(uow: UnitOfWork) -> None:
    """Let one writer at a time go on: two decisions at once must be a first and a second."""
    row = select(workspaces).where(workspaces.c.id == uow.workspace_id)
    uow.row(row.with_for_update(key_share=True))


def all_steps(uow: UnitOfWork, insight_id: str | None = None) -> dict[str, list[Step]]:
    """Return the steps of each insight, or of one, oldest first."""
    return _grouped(uow, insight_steps, insight_id, _step)


def add_step(uow: UnitOfWork, insight_id: str, step: Step) -> None:
    """Add a step."""
    row = {name: getattr(step, name) for name in Step.__dataclass_fields__}
    uow.insert(insight_steps, [{**row, "insight_id": insight_id}])


def all_decisions(
    uow: UnitOfWork, insight_id: str | None = None
) -> dict[str, list[InsightDecision]]:
    """Return the decisions on each insight, or on one, oldest first: the last one counts."""
    return _grouped(uow, insight_decisions, insight_id, _decision)


def add_decision(uow: UnitOfWork, insight_id: str, decision: InsightDecision) -> None:
    """Add a decision, which replaces the one before it."""
    row = {name: getattr(decision, name) for name in InsightDecision.__dataclass_fields__}
    uow.insert(insight_decisions, [{**row, "insight_id": insight_id}])


def escalated(uow: UnitOfWork) -> set[tuple[str, date]]:
    """Return which deadlines of which insights were written down as passed."""
    mine = insight_escalations.c.workspace_id == uow.workspace_id
    rows = uow.rows(select(insight_escalations).where(mine))
    return {(row["insight_id"], row["due_on"]) for row in rows}


def note_escalation(uow: UnitOfWork, insight_id: str, due_on: date, now: datetime) -> None:
    """Write down that a deadline passed."""
    uow.insert(insight_escalations, [{"insight_id": insight_id, "due_on": due_on, "at": now}])


def all_labels(uow: UnitOfWork, insight_id: str | None = None) -> dict[str, Labels]:
    """Return the labels of each insight, or of one."""
    statement = _own(uow, insight_labels, insight_id).order_by(insight_labels.c.value)
    found: dict[str, dict[LabelKind, list[str]]] = {}
    for row in uow.rows(statement):
        kinds = found.setdefault(row["insight_id"], {})
        kinds.setdefault(LabelKind(row["kind"]), []).append(row["value"])
    return {key: dict(kinds) for key, kinds in found.items()}


def set_labels(
    uow: UnitOfWork,
    insight_id: str,
    labels: Mapping[LabelKind, Sequence[str]],
    *,
    set_by: str,
    now: datetime,
) -> None:
    """Give an insight these labels in place of those of the same kinds."""
    table = insight_labels.c
    uow.execute(
        delete(insight_labels).where(
            table.workspace_id == uow.workspace_id,
            table.insight_id == insight_id,
            table.kind.in_(list(labels)),
        )
    )
    row = {"insight_id": insight_id, "set_by": set_by, "set_at": now}
    uow.insert(
        insight_labels,
        (
            {**row, "kind": kind, "value": value}
            for kind, values in labels.items()
            for value in values
        ),
    )


def _own(uow: UnitOfWork, table: Table, insight_id: str | None) -> Select[Any]:
    statement = select(table).where(table.c.workspace_id == uow.workspace_id)
    return statement if insight_id is None else statement.where(table.c.insight_id == insight_id)


def _grouped(uow: UnitOfWork, table: Table, insight_id: str | None, read: Any) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for row in uow.rows(_own(uow, table, insight_id).order_by(table.c.seq)):
        found.setdefault(row["insight_id"], []).append(read(row))
    return found


def _step(row: RowMapping) -> Step:
    values = {name: row[name] for name in Step.__dataclass_fields__}
    return Step(**{**values, "state": LoopState(row["state"])})


def _decision(row: RowMapping) -> InsightDecision:
    values = {name: row[name] for name in InsightDecision.__dataclass_fields__}
    return InsightDecision(**{**values, "choice": Choice(row["choice"])})
