"""One draft: what it claims, all its evidence, who is at it, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.draft_page import DraftRequest, load_draft_page
from api.web.framing import make_frame
from api.web.pages.review import ABOVE
from api.web.rendering import render
from api.web.review_parts import refusals
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.errors import Conflict, Forbidden, InputError, StaleRevision
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.review import actions, claiming, merging, releasing, repo, taking_back
from synth.services import Services

router = APIRouter()

CHANGED = (
    "The draft changed after you opened it, so nothing was decided. "
    "This is the newest revision: read it, then decide."
)
STATUS = {"stale_revision": 412, "precondition_missing": 428, "conflict": 409, "forbidden": 403}
#: What is said after a decision, by the state it left behind.
SAID = {State.APPROVED: "approved", State.REJECTED: "rejected", State.IN_REVIEW: "voted"}

Seen = Annotated[str, Form()]
Refusal = InputError | Conflict | Forbidden


@router.get("/review/{hypothesis_id}")
def show_draft(
    request: Request, visitor: Visiting, services: Serving, hypothesis_id: str
) -> Response:
    """Show one draft: what it claims, all its evidence, and the decision."""
    return _draft(request, visitor, services, hypothesis_id)


@router.post("/review/{hypothesis_id}/approve")
def approve(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Seen = "",
    ticked: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Approve the revision that was seen; each claim's evidence must have been ticked."""
    ticks = frozenset(ticked or ())
    try:
        actions.approve(services, sender.actor, hypothesis_id, seen=seen, ticked=sorted(ticks))
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error, ticks)
    return _next(services, sender, hypothesis_id, caught="canary-missed")


@router.post("/review/{hypothesis_id}/reject")
def reject(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Seen = "",
    reason: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Reject the revision that was seen, with a reason."""
    codes, words = tuple(reason or ()), note.strip()
    try:
        actions.reject(
            services, sender.actor, hypothesis_id, seen=seen, reason_codes=codes, note=words
        )
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return _next(services, sender, hypothesis_id, caught="canary-caught")


@router.post("/review/{hypothesis_id}/edit")
def edit(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Seen = "",
    title: Annotated[str, Form(max_length=2000)] = "",
    solution: Annotated[str, Form(max_length=2000)] = "",
    because: Annotated[str, Form(max_length=2000)] = "",
    target: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Save a new revision; the person who edits becomes its author."""
    fields = {"title": title, "solution": solution, "because": because}
    changes: dict[str, object] = {name: value.strip() for name, value in fields.items() if value}

    def save() -> None:
        if target.strip():
            changes["target"] = _number(target)
        actions.edit(services, sender.actor, hypothesis_id, seen=seen, changes=changes)

    return _act(request, sender, services, hypothesis_id, save, "edited")


@router.post("/review/{hypothesis_id}/claim")
def claim(request: Request, sender: Sending, services: Serving, hypothesis_id: str) -> Response:
    """Take the draft for half an hour."""
    return _act(
        request,
        sender,
        services,
        hypothesis_id,
        lambda: claiming.claim(services, sender.actor, hypothesis_id),
        "claimed",
    )


@router.post("/review/{hypothesis_id}/let-go")
def let_go(request: Request, sender: Sending, services: Serving, hypothesis_id: str) -> Response:
    """Give one's own claim back."""
    return _act(
        request,
        sender,
        services,
        hypothesis_id,
        lambda: claiming.let_go(services, sender.actor, hypothesis_id),
        "let-go",
    )


@router.post("/review/{hypothesis_id}/take-back")
def take_back(
    request: Request, sender: Sending, services: Serving, hypothesis_id: str, seen: Seen = ""
) -> Response:
    """Take one's own decision back; the page goes on with the draft that waits again."""
    try:
        again = taking_back.take_back(services, sender.actor, hypothesis_id, seen=seen)
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return RedirectResponse(f"/review/{again.id}?done=taken-back", status_code=303)


@router.post("/review/{hypothesis_id}/merge")
def merge(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Seen = "",
    into: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Merge this duplicate into another draft; the page goes on with that one."""
    try:
        merging.merge(services, sender.actor, hypothesis_id, into=into, seen=seen)
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return RedirectResponse(f"/review/{into}?done=draft-merged", status_code=303)


@router.post("/review/{hypothesis_id}/unmerge")
def unmerge(request: Request, sender: Sending, services: Serving, hypothesis_id: str) -> Response:
    """Take the draft out of its merge."""
    return _act(
        request,
        sender,
        services,
        hypothesis_id,
        lambda: merging.unmerge(services, sender.actor, hypothesis_id),
        "unmerged",
    )


@router.post("/review/{hypothesis_id}/release")
def release(
    request: Request, sender: Sending, services: Serving, hypothesis_id: str, seen: Seen = ""
) -> Response:
    """Put a held draft into the queue, if it passes every check now."""
    return _act(
        request,
        sender,
        services,
        hypothesis_id,
        lambda: releasing.release(services, sender.actor, hypothesis_id, seen=seen),
        "released",
    )


@router.post("/review/{hypothesis_id}/deadline")
def set_deadline(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    due: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Set by when the draft must be decided: the end of that day, UTC."""

    def save() -> None:
        claiming.set_deadline(services, sender.actor, hypothesis_id, _end_of(due))

    return _act(request, sender, services, hypothesis_id, save, "deadline")


def _end_of(day: str) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), time(23, 59), UTC)
    except ValueError:
        raise InputError("deadline", found=day, expected="a day such as 2026-03-31") from None


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError("target", found=text[:40], expected="a number such as 0.42") from None


def _act(
    request: Request,
    sender: Visitor,
    services: Services,
    hypothesis_id: str,
    act: Callable[[], object],
    done: str,
) -> Response:
    """Do it and come back to the draft, with what was done or why it was not."""
    try:
        act()
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return RedirectResponse(f"/review/{hypothesis_id}?done={done}", status_code=303)


def _next(services: Services, sender: Visitor, hypothesis_id: str, *, caught: str) -> Response:
    # The next draft is there already; with none left, the queue says so.
    with services.reading(sender.workspace_id) as uow:
        decided = hypotheses.load_hypothesis(uow, hypothesis_id)
        following = repo.next_for(uow, sender.actor.member.id, now=services.clock())
    if decided.state is State.CANARY:
        return RedirectResponse(f"/review/{hypothesis_id}?done={caught}", status_code=303)
    target = f"/review/{following}" if following else "/review"
    said = f"done={SAID[decided.state]}&of={hypothesis_id}"
    if decided.state is not State.APPROVED:
        said += f"&was={decided.etag}"
    return RedirectResponse(f"{target}?{said}", status_code=303)


def _refused(
    request: Request,
    sender: Visitor,
    services: Services,
    hypothesis_id: str,
    error: Refusal,
    ticked: frozenset[int] = frozenset(),
) -> Response:
    stale = isinstance(error, StaleRevision)
    return _draft(
        request,
        sender,
        services,
        hypothesis_id,
        errors=[(CHANGED, "")] if stale else refusals(error),
        ticked=frozenset() if stale else ticked,
        status=STATUS.get(error.code, 422),
    )


def _draft(
    request: Request,
    visitor: Visitor,
    services: Services,
    hypothesis_id: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
    ticked: frozenset[int] = frozenset(),
    status: int = 200,
) -> Response:
    asked = DraftRequest(actor=visitor.actor, now=services.clock(), errors=errors, ticked=ticked)
    with services.reading(visitor.workspace_id) as uow:
        page, item, desk = load_draft_page(uow, hypothesis_id, asked)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=page.title,
            section="review",
            crumbs=ABOVE,
            to_review=desk.queue,
        )
    if not desk.is_opened:
        claiming.note_opened(services, visitor.actor, item)
    return render(request, "draft.html", page, frame, status=status)
