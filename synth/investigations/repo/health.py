"""SQL of the health of accounts: its formula, and the tickets its people wrote."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import and_, select

from synth.investigations.health import Formula
from synth.store.tables.investigations import health_formulas
from synth.store.tables.sources import documents, turns
from synth.store.unit_of_work import UnitOfWork

#: A workspace has one formula.
THE_FORMULA = "accounts"


def load_formula(uow: UnitOfWork) -> Formula:
    """Return the workspace's formula; the default one where nobody has set another."""
    row = uow.row(select(health_formulas).where(health_formulas.c.workspace_id == uow.workspace_id))
    if row is None:
        return Formula()
    return Formula(**{name: row[name] for name in Formula.__dataclass_fields__})


def save_formula(uow: UnitOfWork, formula: Formula, *, edited_by: str, now: datetime) -> None:
    """Make this the workspace's formula."""
    row = asdict(formula) | {"id": THE_FORMULA, "edited_by": edited_by, "edited_at": now}
    uow.upsert(health_formulas, [row])


def tickets(uow: UnitOfWork) -> list[tuple[str, datetime]]:
    """Return who wrote each current ticket that has a day, and when."""
    statement = (
        select(turns.c.participant_id, documents.c.id, documents.c.occurred_at)
        .select_from(documents)
        .join(
            turns,
            and_(
                turns.c.workspace_id == documents.c.workspace_id,
                turns.c.document_id == documents.c.id,
            ),
        )
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.kind == "ticket",
            documents.c.is_current,
            documents.c.occurred_at.is_not(None),
            turns.c.role == "participant",
            turns.c.participant_id.is_not(None),
        )
        .distinct()
    )
    return [(row["participant_id"], row["occurred_at"]) for row in uow.rows(statement)]
