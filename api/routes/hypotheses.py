"""Hypotheses: drafted, read as drafts, decided by a reviewer who is not their author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Header, Query, Response

from api.accepting import begin
from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.quoting import quotable
from api.schemas.base import Page
from api.schemas.hypotheses import (
    Approval,
    DraftOrder,
    HypothesisShown,
    PairOrder,
    Rejection,
)
from api.schemas.jobs import JobShown
from synth.errors import NotFound
from synth.hypotheses import repo
from synth.hypotheses.editing import Changes
from synth.hypotheses.pairs import find_pairs
from synth.hypotheses.types import Hypothesis, State
from synth.metrics.repo import load_anomaly
from synth.review import actions
from synth.review.visibility import may_read
from synth.store.unit_of_work import UnitOfWork

router = guarded_router("hypotheses")

IfMatch = Annotated[str | None, Header(max_length=200)]


@router.post("/v1/anomalies/{anomaly_id}/hypotheses", status_code=202)
def draft_for(
    anomaly_id: str, context: ContextOf, response: Response, order: PairOrder | None = None
) -> JobShown:
    """Draft hypotheses for the linked themes of one anomaly, or for one theme asked for."""
    order = order or PairOrder()
    with context.reading() as uow:
        load_anomaly(uow, anomaly_id)
        find_pairs(uow, anomaly_id=anomaly_id, theme_id=order.theme_id)
    return begin(context, response, "drafts", {"anomaly_id": anomaly_id, **order.model_dump()})


@router.post("/v1/hypotheses", status_code=202)
def draft_all(context: ContextOf, response: Response, order: DraftOrder | None = None) -> JobShown:
    """Draft hypotheses for the linked themes of all anomalies."""
    order = order or DraftOrder()
    return begin(context, response, "drafts", {"anomaly_id": None, **order.model_dump()})


@router.get("/v1/hypotheses")
def list_hypotheses(
    context: ContextOf,
    paging: PagingOf,
    state: State | None = None,
    anomaly: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[HypothesisShown]:
    """List hypotheses; rejected ones only for those who may see them, and only when asked for."""
    with context.reading() as uow:
        found = repo.list_hypotheses(uow, state=state, anomaly_id=anomaly)
        listed = [each for each in found if state is State.REJECTED or each.state != State.REJECTED]
        items = _shown(uow, [each for each in listed if may_read(context.actor, each)])
    return paging.cut(items, lambda each: each.id)


@router.get("/v1/hypotheses/{hypothesis_id}")
def show_hypothesis(hypothesis_id: str, context: ContextOf, response: Response) -> HypothesisShown:
    """Show a hypothesis; its `ETag` names the revision a decision must say it saw."""
    with context.reading() as uow:
        hypothesis = repo.load_hypothesis(uow, hypothesis_id)
        (shown,) = _shown(uow, [hypothesis])
    _require_shown(context, hypothesis)
    response.headers["ETag"] = f'"{hypothesis.etag}"'
    return shown


@router.get("/v1/review/queue")
def list_queue(context: ContextOf, paging: PagingOf) -> Page[HypothesisShown]:
    """List the drafts that wait for a reviewer."""
    with context.reading() as uow:
        items = _shown(uow, repo.list_hypotheses(uow, state=State.IN_REVIEW))
    return paging.cut(items, lambda each: each.id)


@router.post("/v1/review/{hypothesis_id}/approve")
def approve(
    hypothesis_id: str,
    approval: Approval,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Approve exactly the revision named by `If-Match`, with the claims that were ticked."""
    seen, ticked = _seen(if_match), frozenset(approval.ticked)
    actions.approve(context.services, context.actor, hypothesis_id, seen=seen, ticked=ticked)
    return show_hypothesis(hypothesis_id, context, response)


@router.post("/v1/review/{hypothesis_id}/reject")
def reject(
    hypothesis_id: str,
    rejection: Rejection,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Reject exactly the revision named by `If-Match`, with at least one reason."""
    actions.reject(
        context.services,
        context.actor,
        hypothesis_id,
        seen=_seen(if_match),
        reason_codes=tuple(rejection.reason_codes),
        note=rejection.note,
    )
    return show_hypothesis(hypothesis_id, context, response)


@router.post("/v1/review/{hypothesis_id}/edit")
def edit(
    hypothesis_id: str,
    changes: Changes,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Write a new revision; whoever edits becomes its author and cannot approve it."""
    actions.edit(
        context.services,
        context.actor,
        hypothesis_id,
        seen=_seen(if_match),
        changes=changes.model_dump(exclude_unset=True),
    )
    return show_hypothesis(hypothesis_id, context, response)


def _seen(if_match: str | None) -> str | None:
    """Return the revision named; "any" is none: a decision is about what was read."""
    return None if if_match is None or if_match.strip() == "*" else if_match


def _shown(uow: UnitOfWork, found: Sequence[Hypothesis]) -> list[HypothesisShown]:
    allowed = quotable(uow, [each.content for each in found])
    return [HypothesisShown.of(each, allowed) for each in found]


def _require_shown(context: Context, hypothesis: Hypothesis) -> None:
    if not may_read(context.actor, hypothesis):
        raise NotFound(f"no hypothesis {hypothesis.id} in this workspace")
