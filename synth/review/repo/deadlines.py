"""SQL of by when drafts must be decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update

from synth.hypotheses.types import State
from synth.store.tables.hypotheses import hypotheses
from synth.store.tables.review import review_deadlines
from synth.store.unit_of_work import UnitOfWork


def set_deadline(uow: UnitOfWork, hypothesis_id: str, due_at: datetime, *, set_by: str) -> None:
    """Set by when a draft must be decided."""
    row = {"hypothesis_id": hypothesis_id, "due_at": due_at, "set_by": set_by}
    uow.upsert(review_deadlines, [{**row, "escalated_at": None}])


def passed_deadlines(uow: UnitOfWork, *, now: datetime) -> dict[str, datetime]:
    """Return the deadlines, by draft, that passed while it waits and are not written down."""
    statement = (
        select(review_deadlines.c.hypothesis_id, review_deadlines.c.due_at)
        .join(
            hypotheses,
            and_(
                hypotheses.c.workspace_id == review_deadlines.c.workspace_id,
                hypotheses.c.id == review_deadlines.c.hypothesis_id,
            ),
        )
        .where(
            review_deadlines.c.workspace_id == uow.workspace_id,
            review_deadlines.c.due_at < now,
            review_deadlines.c.escalated_at.is_(None),
            hypotheses.c.state == State.IN_REVIEW,
        )
    )
    return {row["hypothesis_id"]: row["due_at"] for row in uow.rows(statement)}


def note_escalation(uow: UnitOfWork, hypothesis_id: str, now: datetime) -> None:
    """Write down that a draft's deadline passed."""
    uow.execute(
        update(review_deadlines)
        .where(
            review_deadlines.c.workspace_id == uow.workspace_id,
            review_deadlines.c.hypothesis_id == hypothesis_id,
        )
        .values(escalated_at=now)
    )
