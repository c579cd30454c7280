"""Hypotheses: drafted, read as drafts, decided by a reviewer who is not their author."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Response

from api.accepting import begin
from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.hypotheses import (
    Approval,
    Edit,
    HypothesisShown,
    Rejection,
    StateName,
    seen_tag,
)
from api.schemas.jobs import JobShown
from synth.access.policy import Action, may
from synth.errors import NotFound, PreconditionMissing
from synth.hypotheses import repo
from synth.hypotheses.types import Hypothesis, State
from synth.metrics.anomaly_repo import load_anomaly
from synth.review import actions

router = guarded_router("hypotheses")

IfMatch = Annotated[str | None, Header(max_length=200)]


@router.post("/v1/anomalies/{anomaly_id}/hypotheses", status_code=202)
def draft_for(anomaly_id: str, context: ContextOf, response: Response) -> JobShown:
    """Draft hypotheses for the linked themes of one anomaly."""
    with context.reading() as uow:
        load_anomaly(uow, anomaly_id)
    return begin(context, response, "drafts", {"anomaly_id": anomaly_id})


@router.post("/v1/hypotheses", status_code=202)
def draft_all(context: ContextOf, response: Response) -> JobShown:
    """Draft hypotheses for the linked themes of all anomalies."""
    return begin(context, response, "drafts", {"anomaly_id": None})


@router.get("/v1/hypotheses")
def list_hypotheses(
    context: ContextOf,
    paging: PagingOf,
    state: StateName | None = None,
    anomaly: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[HypothesisShown]:
    """List hypotheses; rejected ones only for those who may see them, and only when asked for."""
    with context.reading() as uow:
        found = repo.list_hypotheses(uow, state=State(state) if state else None, anomaly_id=anomaly)
    seen = [each for each in found if _is_shown(context, each, asked=state == State.REJECTED)]
    return paging.cut([HypothesisShown.of(each) for each in seen], lambda each: each.id)


@router.get("/v1/hypotheses/{hypothesis_id}")
def show_hypothesis(hypothesis_id: str, context: ContextOf, response: Response) -> HypothesisShown:
    """Show a hypothesis; its `ETag` names the revision a decision must say it saw."""
    hypothesis = _load(context, hypothesis_id)
    response.headers["ETag"] = f'"{seen_tag(hypothesis)}"'
    return HypothesisShown.of(hypothesis)


@router.get("/v1/review/queue")
def list_queue(context: ContextOf, paging: PagingOf) -> Page[HypothesisShown]:
    """List the drafts that wait for a reviewer."""
    with context.reading() as uow:
        found = repo.list_hypotheses(uow, state=State.IN_REVIEW)
    return paging.cut([HypothesisShown.of(each) for each in found], lambda each: each.id)


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
    edit: Edit,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Write a new revision; whoever edits becomes its author and cannot approve it."""
    changes = edit.model_dump(exclude_none=True)
    actions.edit(
        context.services, context.actor, hypothesis_id, seen=_seen(if_match), changes=changes
    )
    return show_hypothesis(hypothesis_id, context, response)


def _seen(if_match: str | None) -> str:
    if not if_match or if_match.strip() == "*":
        raise PreconditionMissing(
            "say which revision you saw: send the ETag of GET /v1/hypotheses/{id} as If-Match"
        )
    return if_match.strip().strip('"')


def _load(context: Context, hypothesis_id: str) -> Hypothesis:
    with context.reading() as uow:
        hypothesis = repo.load_hypothesis(uow, hypothesis_id)
    if not _is_shown(context, hypothesis, asked=True):
        raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
    return hypothesis


def _is_shown(context: Context, hypothesis: Hypothesis, *, asked: bool) -> bool:
    """Return whether the caller may read it: rejected text stays inside the review."""
    if hypothesis.state is not State.REJECTED:
        return True
    own = context.actor.member.id in (hypothesis.started_by, hypothesis.author_id)
    return asked and (own or may(context.actor, Action.REVIEW))
