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
from synth.review.claiming import note_opened
from synth.review.visibility import may_read
from synth.store.unit_of_work import UnitOfWork

router = guarded_router("hypotheses")

IfMatch = Annotated[str | None, Header(max_length=200)]
#: States that a list leaves out unless they are asked for.
ASKED_FOR = (State.REJECTED, State.MERGED, State.CANARY)


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
    """List hypotheses; what was rejected, merged or a canary only when asked for, by who may."""
    with context.reading() as uow:
        found = repo.list_hypotheses(uow, state=state, anomaly_id=anomaly)
        listed = [each for each in found if each.state is state or each.state not in ASKED_FOR]
        items = shown_hypotheses(uow, [each for each in listed if may_read(context.actor, each)])
    return paging.cut(items, lambda each: each.id)


@router.get("/v1/hypotheses/{hypothesis_id}")
def show_hypothesis(hypothesis_id: str, context: ContextOf, response: Response) -> HypothesisShown:
    """Show a hypothesis; its `ETag` names the revision a decision must say it saw."""
    with context.reading() as uow:
        hypothesis = repo.load_hypothesis(uow, hypothesis_id)
        (shown,) = shown_hypotheses(uow, [hypothesis])
    require_shown(context, hypothesis)
    note_opened(context.services, context.actor, hypothesis)
    response.headers["ETag"] = f'"{hypothesis.etag}"'
    return shown


@router.post("/v1/review/{hypothesis_id}/approve")
def approve(
    hypothesis_id: str,
    approval: Approval,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Approve exactly the revision named by `If-Match`, with the claims that were ticked."""
    seen, ticked = revision_seen(if_match), frozenset(approval.ticked)
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
        seen=revision_seen(if_match),
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
        seen=revision_seen(if_match),
        changes=changes.model_dump(exclude_unset=True),
    )
    return show_hypothesis(hypothesis_id, context, response)


def revision_seen(if_match: str | None) -> str | None:
    """Return the revision named; "any" is none: a decision is about what was read."""
    return None if if_match is None or if_match.strip() == "*" else if_match


def shown_hypotheses(uow: UnitOfWork, found: Sequence[Hypothesis]) -> list[HypothesisShown]:
    """Return hypotheses with the quotes that may be shown now."""
    allowed = quotable(uow, [each.content for each in found])
    return [HypothesisShown.of(each, allowed) for each in found]


def require_shown(context: Context, hypothesis: Hypothesis) -> None:
    """Raise NotFound where this person may not read it."""
    if not may_read(context.actor, hypothesis):
        raise NotFound(f"no hypothesis {hypothesis.id} in this workspace")
