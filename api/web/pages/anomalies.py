"""One anomaly beside the themes tested against it; tags and drafts from there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.anomaly_page import load, make_page
from api.web.format import (
    headline,
)
from api.web.framing import make_frame
from api.web.pages.metrics import ABOVE
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting
from synth.access.policy import Action, require
from synth.hypotheses.pairs import find_pairs
from synth.jobs import queue
from synth.links.actions import add_tag, decide_tag
from synth.links.types import TagState
from synth.metrics import repo

router = APIRouter()


@router.get("/anomalies/{anomaly_id}")
def show_anomaly(
    request: Request, visitor: Visiting, services: Serving, anomaly_id: str
) -> Response:
    """Show an anomaly with the themes tested against it, linked or not, side by side."""
    with services.reading(visitor.workspace_id) as uow:
        loaded = load(uow, anomaly_id)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=headline(loaded.anomaly, loaded.metric),
            section="metrics",
            crumbs=ABOVE,
            to_review=len(loaded.states.queue),
        )
    page = make_page(loaded, visitor.actor, now=services.clock())
    return render(request, "anomaly.html", page, frame)


@router.post("/anomalies/{anomaly_id}/draft")
def draft(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    theme_id: Annotated[str, Form()] = "",
) -> Response:
    """Start a job that drafts for an anomaly, or one pair; the person who asks counts as author."""
    require(sender.actor, Action.DRAFT)
    arguments = {"anomaly_id": anomaly_id, **({"theme_id": theme_id} if theme_id else {})}
    with services.writing(sender.workspace_id) as uow:
        repo.load_anomaly(uow, anomaly_id)
        find_pairs(uow, **arguments)
        job = queue.submit(
            services,
            uow,
            kind="drafts",
            arguments=arguments,
            created_by=sender.actor.member.id,
        )
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.post("/anomalies/{anomaly_id}/tags")
def tag_theme(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    theme_id: Annotated[str, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Tag a theme with the anomaly's metric by hand."""
    with services.reading(sender.workspace_id) as uow:
        anomaly = repo.load_anomaly(uow, anomaly_id)
    add_tag(services, sender.actor, metric=anomaly.metric, theme_id=theme_id, reason=reason)
    return RedirectResponse(f"/anomalies/{anomaly_id}?done=tagged", status_code=303)


@router.post("/anomalies/{anomaly_id}/tags/{tag_id}")
def decide(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    tag_id: str,
    state: Annotated[str, Form()],
) -> Response:
    """Confirm or reject a proposed tag."""
    tag = decide_tag(services, sender.actor, tag_id, state)
    done = "confirmed" if tag.state is TagState.CONFIRMED else "tag-rejected"
    return RedirectResponse(f"/anomalies/{anomaly_id}?done={done}", status_code=303)
