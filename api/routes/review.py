"""The review queue: its order, claims, duplicates, what is held, its rules and its measures."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import PlainTextResponse

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.routes.hypotheses import IfMatch, revision_seen, show_hypothesis, shown_hypotheses
from api.schemas.base import Page
from api.schemas.hypotheses import HypothesisShown
from api.schemas.review import (
    ClaimHeld,
    Deadline,
    ManyRejected,
    MergeOrder,
    QueuedShown,
    RejectionEnds,
    ReviewerShown,
    ReviewMeasures,
    RulesGiven,
    RulesShown,
    VotesShown,
)
from synth.errors import Conflict
from synth.hypotheses import repo as hypotheses
from synth.review import bulk, cases, claiming, configuring, merging, releasing, repo, taking_back
from synth.review.dashboard import read_dashboard
from synth.review.types import Rules, Waiting
from synth.store.unit_of_work import UnitOfWork

router = guarded_router("review")


@router.get("/v1/review/queue")
def list_queue(context: ContextOf, paging: PagingOf) -> Page[QueuedShown]:
    """List the drafts that wait, most urgent first, each with the terms of its place."""
    with context.reading() as uow:
        found = repo.list_waiting(
            uow, now=context.services.clock(), limit=paging.limit + 1, start=paging.number()
        )
        items = _queued(context, uow, found)
    return paging.counted(items, paging.number())


@router.get("/v1/review/cases", response_class=PlainTextResponse)
def export_cases(context: ContextOf) -> Response:
    """Export what reviewers decided as eval cases, one JSON object a line; for reviewers."""
    found = cases.export_cases(context.services, context.actor)
    lines = [json.dumps(one, ensure_ascii=False, default=str) for one in found]
    headers = {"Content-Disposition": 'attachment; filename="decisions.jsonl"'}
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, media_type="application/jsonl; charset=utf-8", headers=headers)


@router.get("/v1/review/held")
def list_held(
    context: ContextOf,
    paging: PagingOf,
    q: Annotated[str, Query(max_length=200)] = "",
    suppressed: bool | None = None,
) -> Page[HypothesisShown]:
    """List what a check holds; `suppressed` are those that repeat what was rejected."""
    with context.reading() as uow:
        ids = repo.list_held(
            uow, query=q, suppressed=suppressed, limit=paging.limit + 1, start=paging.number()
        )
        items = shown_hypotheses(uow, hypotheses.load_many(uow, ids))
    return paging.counted(items, paging.number())


@router.post("/v1/review/reject")
def reject_many(order: ManyRejected, context: ContextOf) -> RejectionEnds:
    """Reject many drafts, each at the revision seen, each as if alone."""
    ends = bulk.reject_many(
        context.services,
        context.actor,
        [(one.id, one.seen) for one in order.drafts],
        reason_codes=order.reason_codes,
        note=order.note,
    )
    return RejectionEnds(
        rejected=[one.hypothesis_id for one in ends if not one.refused],
        refused={one.hypothesis_id: one.refused for one in ends if one.refused},
    )


@router.get("/v1/review/measures")
def show_measures(context: ContextOf) -> ReviewMeasures:
    """Show how long, how often yes, what was corrected, which canaries were caught, agreement."""
    with context.reading() as uow:
        board = read_dashboard(uow)
    reviewers = [ReviewerShown.of(*one) for one in board.reviewers]
    return ReviewMeasures.of(board.whole, reviewers, board.agreement)


@router.get("/v1/review/rules")
def show_rules(context: ContextOf) -> RulesShown:
    """Show how the workspace reviews."""
    with context.reading() as uow:
        return RulesShown.model_validate(repo.load_rules(uow))


@router.put("/v1/review/rules")
def set_rules(rules: RulesGiven, context: ContextOf) -> RulesShown:
    """Set how many reviewers must agree, and how many canaries stand among the drafts."""
    set_ = configuring.set_rules(context.services, context.actor, Rules(**rules.model_dump()))
    return RulesShown.model_validate(set_)


@router.get("/v1/review/{hypothesis_id}")
def show_queued(hypothesis_id: str, context: ContextOf, response: Response) -> QueuedShown:
    """Show a draft that waits, with its place and who is at it."""
    shown = show_hypothesis(hypothesis_id, context, response)
    with context.reading() as uow:
        waiting = repo.waiting_of(uow, hypothesis_id, now=context.services.clock())
        if waiting is None:
            raise Conflict(f"it is {shown.state}, not waiting; read /v1/hypotheses/{hypothesis_id}")
        [queued] = _queued(context, uow, [waiting])
    return queued


@router.post("/v1/review/{hypothesis_id}/claim")
def claim(hypothesis_id: str, context: ContextOf) -> ClaimHeld:
    """Take a draft for half an hour; until then nobody else decides on it."""
    return ClaimHeld.model_validate(claiming.claim(context.services, context.actor, hypothesis_id))


@router.delete("/v1/review/{hypothesis_id}/claim", status_code=204)
def let_go(hypothesis_id: str, context: ContextOf) -> None:
    """Give one's own claim back."""
    claiming.let_go(context.services, context.actor, hypothesis_id)


@router.put("/v1/review/{hypothesis_id}/deadline")
def set_deadline(hypothesis_id: str, deadline: Deadline, context: ContextOf) -> Deadline:
    """Set by when a draft must be decided."""
    due_at = claiming.set_deadline(context.services, context.actor, hypothesis_id, deadline.due_at)
    return Deadline(due_at=due_at)


@router.post("/v1/review/{hypothesis_id}/take-back")
def take_back(
    hypothesis_id: str, context: ContextOf, response: Response, if_match: IfMatch = None
) -> HypothesisShown:
    """Take one's own decision back: the draft waits again, after a rejection as another one."""
    seen = revision_seen(if_match)
    again = taking_back.take_back(context.services, context.actor, hypothesis_id, seen=seen)
    return show_hypothesis(again.id, context, response)


@router.post("/v1/review/{hypothesis_id}/merge")
def merge(
    hypothesis_id: str,
    order: MergeOrder,
    context: ContextOf,
    response: Response,
    if_match: IfMatch = None,
) -> HypothesisShown:
    """Merge a duplicate, of the same metric and anomaly or theme, into another that waits."""
    seen = revision_seen(if_match)
    merging.merge(context.services, context.actor, hypothesis_id, into=order.into, seen=seen)
    return show_hypothesis(hypothesis_id, context, response)


@router.post("/v1/review/{hypothesis_id}/unmerge")
def unmerge(hypothesis_id: str, context: ContextOf, response: Response) -> HypothesisShown:
    """Take a draft out of its merge, while its survivor is not decided."""
    merging.unmerge(context.services, context.actor, hypothesis_id)
    return show_hypothesis(hypothesis_id, context, response)


@router.post("/v1/review/{hypothesis_id}/release")
def release(
    hypothesis_id: str, context: ContextOf, response: Response, if_match: IfMatch = None
) -> HypothesisShown:
    """Put a held draft into the queue, if it passes every check now; who releases never decides."""
    seen = revision_seen(if_match)
    releasing.release(context.services, context.actor, hypothesis_id, seen=seen)
    return show_hypothesis(hypothesis_id, context, response)


def _queued(context: Context, uow: UnitOfWork, found: list[Waiting]) -> list[QueuedShown]:
    ids = [one.hypothesis_id for one in found]
    drafts = hypotheses.load_many(uow, ids)
    votes, rules = repo.votes_of(uow, drafts), repo.load_rules(uow)
    claims = repo.list_claims(uow, ids, context.services.clock())
    me = context.actor.member.id
    return [
        QueuedShown.placed(
            shown,
            place,
            claims.get(place.hypothesis_id),
            VotesShown.of(votes[place.hypothesis_id], rules, me),
        )
        for shown, place in zip(shown_hypotheses(uow, drafts), found, strict=True)
    ]
