"""SQL of duplicates: events that are only ever added; the last one of a draft counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select

from synth.hypotheses.types import Hypothesis, State
from synth.store.tables.hypotheses import hypotheses
from synth.store.tables.review import draft_merges
from synth.store.unit_of_work import UnitOfWork


def add_merge(
    uow: UnitOfWork,
    hypothesis_id: str,
    survivor_id: str,
    *,
    member_id: str,
    now: datetime,
    is_undone: bool = False,
) -> None:
    """Add that a draft was merged into another, or that this was undone."""
    last = select(func.max(draft_merges.c.seq)).where(
        draft_merges.c.workspace_id == uow.workspace_id,
        draft_merges.c.hypothesis_id == hypothesis_id,
    )
    row = {
        "hypothesis_id": hypothesis_id,
        "seq": (uow.scalar(last) or 0) + 1,
        "survivor_id": survivor_id,
        "is_undone": is_undone,
        "member_id": member_id,
        "at": now,
    }
    uow.insert(draft_merges, [row])


def survivor_of(uow: UnitOfWork, hypothesis_id: str) -> str | None:
    """Return the draft this one was last merged into, unless that was undone."""
    row = uow.row(
        select(draft_merges.c.survivor_id, draft_merges.c.is_undone)
        .where(
            draft_merges.c.workspace_id == uow.workspace_id,
            draft_merges.c.hypothesis_id == hypothesis_id,
        )
        .order_by(draft_merges.c.seq.desc())
        .limit(1)
    )
    return None if row is None or row["is_undone"] else str(row["survivor_id"])


def kin_of(uow: UnitOfWork, hypothesis: Hypothesis) -> list[str]:
    """Return the other drafts that wait on the same anomaly or theme, newest first."""
    statement = (
        select(hypotheses.c.id)
        .where(
            hypotheses.c.workspace_id == uow.workspace_id,
            hypotheses.c.state == State.IN_REVIEW,
            hypotheses.c.id != hypothesis.id,
            or_(
                hypotheses.c.anomaly_id == hypothesis.anomaly_id,
                hypotheses.c.theme_id == hypothesis.theme_id,
            ),
        )
        .order_by(hypotheses.c.created_at.desc(), hypotheses.c.id)
    )
    return [row["id"] for row in uow.rows(statement)]


def merged_into(uow: UnitOfWork, survivor_id: str) -> list[str]:
    """Return the drafts that are merged into this one now."""
    statement = (
        select(hypotheses.c.id)
        .distinct()
        .join(
            draft_merges,
            (draft_merges.c.workspace_id == hypotheses.c.workspace_id)
            & (draft_merges.c.hypothesis_id == hypotheses.c.id),
        )
        .where(
            hypotheses.c.workspace_id == uow.workspace_id,
            hypotheses.c.state == State.MERGED,
            draft_merges.c.survivor_id == survivor_id,
        )
        .order_by(hypotheses.c.id)
    )
    found = [row["id"] for row in uow.rows(statement)]
    return [one for one in found if survivor_of(uow, one) == survivor_id]
