"""What was learnt last time about a metric, for slices that come before insights."""

from __future__ import annotations

from synth.insights import repo as insights
from synth.investigations.types import Learning
from synth.store.unit_of_work import UnitOfWork


def learnt_on(uow: UnitOfWork, metric: str | None) -> list[Learning]:
    """Return the approved insights on a metric, the newest first."""
    if metric is None:
        return []
    return [
        Learning(id=each.id, title=each.content.title, approved_at=each.approved_at)
        for each in insights.list_insights(uow)
        if each.content.metric == metric
    ]
