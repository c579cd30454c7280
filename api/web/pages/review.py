"""The queue and what is held: lists in a fixed and explained order; many rejected at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.web import queue_page
from api.web.draft_parts import draft_card
from api.web.format import sentence
from api.web.framing import make_frame
from api.web.queue_page import PER_PAGE
from api.web.rendering import render
from api.web.review_contexts import HeldPage, HeldRow
from api.web.review_parts import refusals
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.errors import InputError
from synth.hypotheses import repo as hypotheses
from synth.metrics import repo as metrics
from synth.review import bulk, repo
from synth.services import Services

router = APIRouter()

ABOVE = (("Review", "/review"),)
#: How far back a page can be asked for.
FARTHEST = 1_000_000

Start = Annotated[int, Query(ge=0, le=FARTHEST)]


@router.get("/review")
def show_queue(
    request: Request, visitor: Visiting, services: Serving, start: Start = 0
) -> Response:
    """Show the drafts that wait, in a fixed and explained order."""
    return _queue(request, visitor, services, start=start)


@router.post("/review/reject")
def reject_many(
    request: Request,
    sender: Sending,
    services: Serving,
    draft: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Reject the drafts ticked, each at the revision this page showed."""
    seen = [(name, etag) for name, _, etag in (one.partition(" ") for one in draft or ())]
    try:
        if not seen:
            raise InputError("tick the drafts to reject")
        ends = bulk.reject_many(
            services, sender.actor, seen, reason_codes=[one for one in reason or () if one]
        )
    except InputError as error:
        return _queue(request, sender, services, errors=refusals(error), status=422)
    refused = [
        (sentence(one.refused), f"/review/{one.hypothesis_id}") for one in ends if one.refused
    ]
    if refused:
        return _queue(request, sender, services, errors=refused, status=409)
    return RedirectResponse("/review?done=many-rejected", status_code=303)


@router.get("/review/held")
def show_held(
    request: Request,
    visitor: Visiting,
    services: Serving,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: str = "",
    start: Start = 0,
) -> Response:
    """Show what a check kept out of the queue, with its reasons, searched and paged."""
    suppressed = {"check": False, "suppressed": True}.get(kind)
    with services.reading(visitor.workspace_id) as uow:
        ids = repo.list_held(uow, query=q, suppressed=suppressed, limit=PER_PAGE + 1, start=start)
        held = hypotheses.load_many(uow, ids[:PER_PAGE])
        total = repo.count_held(uow, query=q, suppressed=suppressed)
        anomalies = {item.id: item for item in metrics.list_anomalies(uow)}
        frame = make_frame(request, uow, visitor, title="Held", section="review", crumbs=ABOVE)
    now = services.clock()
    page = HeldPage(
        rows=[
            HeldRow(
                card=draft_card(item, now=now, anomaly=anomalies.get(item.anomaly_id)),
                reasons=[sentence(reason) for reason in item.held_reasons],
            )
            for item in held
        ],
        total=total,
        query=q,
        kinds=[
            (words, _held_href(q, value), value == (kind if suppressed is not None else ""))
            for words, value in (
                ("all", ""), ("by a check", "check"), ("rejected before", "suppressed"),
            )
        ],
        older=_held_href(q, kind, start + PER_PAGE) if len(ids) > PER_PAGE else "",
    )  # fmt: skip
    return render(request, "held.html", page, frame)


def _held_href(query: str, kind: str, start: int = 0) -> str:
    values = {"q": query, "kind": kind, "start": start or ""}
    asked = urlencode({name: value for name, value in values.items() if value})
    return f"/review/held?{asked}" if asked else "/review/held"


def _queue(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    start: int = 0,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        loaded = queue_page.load(uow, visitor.actor, now=services.clock(), start=start)
        frame = make_frame(
            request, uow, visitor, title="Review", section="review", to_review=loaded.total
        )
    page = queue_page.make_page(loaded, start=start, errors=errors)
    return render(request, "queue.html", page, frame, status=status)
