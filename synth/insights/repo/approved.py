"""SQL of insights: read only; they are made by approvals and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select

from synth.errors import NotFound
from synth.hypotheses.storing import read_content
from synth.insights.types import Approval, Insight
from synth.store.tables.hypotheses import hypotheses, hypothesis_revisions
from synth.store.tables.insights import insights
from synth.store.tables.review import reviews
from synth.store.unit_of_work import UnitOfWork


def list_insights(uow: UnitOfWork, *, query: str | None = None) -> list[Insight]:
    """Return insights, newest first; with `query`, those that hold all of its words."""
    statement = _approved(uow).order_by(insights.c.created_at.desc(), insights.c.id)
    rows = uow.rows(statement)
    approved = _approvals(uow) if rows else {}
    found = [_insight(row, approved) for row in rows]
    words = (query or "").casefold().split()
    return [one for one in found if all(word in _searched(one) for word in words)]


def load_insight(uow: UnitOfWork, insight_id: str) -> Insight:
    """Return an insight; raises NotFound."""
    row = uow.row(_approved(uow).where(insights.c.id == insight_id))
    if row is None:
        raise NotFound(f"no insight {insight_id} in this workspace")
    return _insight(row, _approvals(uow, insight_id))


def find_insight(uow: UnitOfWork, hypothesis_id: str) -> Insight | None:
    """Return the insight a hypothesis became, if it did."""
    row = uow.row(_approved(uow).where(insights.c.hypothesis_id == hypothesis_id))
    return _insight(row, _approvals(uow, row["id"])) if row else None


def _approved(uow: UnitOfWork) -> Select[Any]:
    """Join the approval and the revision it approved: what lacks either is no insight."""
    here = uow.workspace_id
    return (
        select(
            insights,
            reviews.c.reviewer_id,
            reviews.c.decided_at,
            hypothesis_revisions.c.content,
            hypotheses.c.anomaly_id,
            hypotheses.c.theme_id,
        )
        .join(
            reviews,
            (reviews.c.workspace_id == insights.c.workspace_id)
            & (reviews.c.id == insights.c.review_id)
            & (reviews.c.revision == insights.c.revision)
            & (reviews.c.decision == "approve"),
        )
        .join(
            hypotheses,
            (hypotheses.c.workspace_id == insights.c.workspace_id)
            & (hypotheses.c.id == insights.c.hypothesis_id)
            & (hypotheses.c.state == "approved"),
        )
        .join(
            hypothesis_revisions,
            (hypothesis_revisions.c.workspace_id == insights.c.workspace_id)
            & (hypothesis_revisions.c.hypothesis_id == insights.c.hypothesis_id)
            & (hypothesis_revisions.c.revision == insights.c.revision)
            & (hypothesis_revisions.c.sha256 == reviews.c.revision_sha256),
        )
        .where(insights.c.workspace_id == here)
    )


def _approvals(uow: UnitOfWork, insight_id: str | None = None) -> dict[str, list[Approval]]:
    """Return who approved exactly the revision that became each insight, or one, first to last."""
    statement = (
        select(insights.c.id, reviews.c.reviewer_id, reviews.c.decided_at)
        .join(
            reviews,
            (reviews.c.workspace_id == insights.c.workspace_id)
            & (reviews.c.hypothesis_id == insights.c.hypothesis_id)
            & (reviews.c.revision == insights.c.revision)
            & (reviews.c.decision == "approve"),
        )
        .where(insights.c.workspace_id == uow.workspace_id)
        .order_by(reviews.c.decided_at, reviews.c.id)
    )
    if insight_id is not None:
        statement = statement.where(insights.c.id == insight_id)
    found: dict[str, list[Approval]] = {}
    for row in uow.rows(statement):
        approval = Approval(by=row["reviewer_id"], at=row["decided_at"])
        found.setdefault(row["id"], []).append(approval)
    return found


def _insight(row: RowMapping, approvals: Mapping[str, Sequence[Approval]]) -> Insight:
    return Insight(
        id=row["id"],
        hypothesis_id=row["hypothesis_id"],
        revision=row["revision"],
        review_id=row["review_id"],
        approved_by=row["reviewer_id"],
        approved_at=row["decided_at"],
        approvals=tuple(approvals[row["id"]]),
        content=read_content(row["content"]),
        anomaly_id=row["anomaly_id"],
        theme_id=row["theme_id"],
    )


def _searched(insight: Insight) -> str:
    content = insight.content
    parts = [content.title, content.statement, content.metric]
    parts += [claim.text for claim in content.claims]
    parts += [citation.quote for citation in content.citations]
    return " ".join(parts).casefold()
