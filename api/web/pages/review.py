"""Review: the queue, one draft with its evidence, the decision, what is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import DraftPage, HeldPage, QueuePage
from api.web.draft_parts import claim_rows, content_change, draft_card, draft_label, statement
from api.web.format import headline, metric_title, readable, sentence, words
from api.web.framing import make_frame
from api.web.link_parts import link_card
from api.web.pages.session import Sending, Serving, Visiting, Visitor
from api.web.part_contexts import DecisionBar, Option, StateTag
from api.web.proof import Proof
from api.web.rendering import render
from synth.access import repo as access
from synth.access.policy import POLICY, Action
from synth.access.types import Actor, Member
from synth.errors import Conflict, Forbidden, InputError, NotFound, StaleRevision
from synth.hypotheses import repo
from synth.hypotheses.types import Content, Hypothesis, Side, Standing, State
from synth.links import repo as links_repo
from synth.metrics import repo as metrics
from synth.review import actions
from synth.review.types import ReasonCode
from synth.review.visibility import may_read
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

router = APIRouter()

ABOVE = (("Review", "/review"),)
MINUTES_PER_DRAFT = 3
STATES = {
    State.HELD: StateTag(word="held by a check", tone="held", icon="!"),
    State.IN_REVIEW: StateTag(word="waits for review", tone="draft", icon="✎"),
    State.APPROVED: StateTag(word="approved", tone="approved", icon="✓"),
    State.REJECTED: StateTag(word="rejected", tone="held", icon="×"),
    State.MERGED: StateTag(word="merged into another", tone="plain", icon="⇒"),
    State.CANARY: StateTag(word="was wrong on purpose", tone="held", icon="◎"),
}
EDITABLE = {
    "title": "Title",
    "solution": "We believe",
    "because": "Because",
    "target": "Target",
}


@router.get("/review")
def show_queue(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the drafts that wait, in a fixed and explained order."""
    with services.reading(visitor.workspace_id) as uow:
        waiting = in_order(repo.list_hypotheses(uow, state=State.IN_REVIEW))
        counts = repo.count_by_state(uow)
        decided = _decided(uow, visitor.actor)
        anomalies = {item.id: item for item in metrics.list_anomalies(uow)}
        frame = make_frame(
            request,
            uow,
            visitor,
            title="Review",
            section="review",
            to_review=len(waiting),
        )
    page = QueuePage(
        drafts=[
            draft_card(
                item,
                now=services.clock(),
                why_here=ORDER if place == 0 and len(waiting) > 1 else "",
                anomaly=anomalies.get(item.anomaly_id),
            )
            for place, item in enumerate(waiting)
        ],
        held=counts[State.HELD],
        minutes=len(waiting) * MINUTES_PER_DRAFT,
        may_review=visitor.may(Action.REVIEW),
        decided=decided,
    )
    return render(request, "queue.html", page, frame)


ORDER = "first because most people of its anomaly speak about it"


def in_order(waiting: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Return drafts by the lower end of their scale, most certain reach first, then by age."""
    return sorted(
        waiting,
        key=lambda item: (-item.content.scale.low, -item.content.scale.k, item.created_at, item.id),
    )


@router.get("/review/held")
def show_held(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show what a check kept out of the queue, with its reasons."""
    with services.reading(visitor.workspace_id) as uow:
        held = repo.list_hypotheses(uow, state=State.HELD)
        anomalies = {item.id: item for item in metrics.list_anomalies(uow)}
        frame = make_frame(request, uow, visitor, title="Held", section="review", crumbs=ABOVE)
    page = HeldPage(
        drafts=[
            (
                draft_card(item, now=services.clock(), anomaly=anomalies.get(item.anomaly_id)),
                [sentence(reason) for reason in item.held_reasons],
            )
            for item in held
        ]
    )
    return render(request, "held.html", page, frame)


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
    seen: Annotated[str, Form()] = "",
    ticked: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Approve the revision that was seen; each claim's evidence must have been ticked."""
    ticks = frozenset(ticked or ())
    try:
        actions.approve(services, sender.actor, hypothesis_id, seen=seen, ticked=sorted(ticks))
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error, ticks)
    return _next(services, sender, "approved")


@router.post("/review/{hypothesis_id}/reject")
def reject(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Annotated[str, Form()] = "",
    reason: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Reject the revision that was seen, with a reason."""
    try:
        actions.reject(
            services,
            sender.actor,
            hypothesis_id,
            seen=seen,
            reason_codes=tuple(reason or ()),
            note=note.strip(),
        )
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return _next(services, sender, "rejected")


@router.post("/review/{hypothesis_id}/edit")
def edit(
    request: Request,
    sender: Sending,
    services: Serving,
    hypothesis_id: str,
    seen: Annotated[str, Form()] = "",
    title: Annotated[str, Form(max_length=2000)] = "",
    solution: Annotated[str, Form(max_length=2000)] = "",
    because: Annotated[str, Form(max_length=2000)] = "",
    target: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Save a new revision; the person who edits becomes its author."""
    fields = {"title": title, "solution": solution, "because": because}
    changes: dict[str, object] = {name: value.strip() for name, value in fields.items() if value}
    try:
        if target.strip():
            changes["target"] = _number(target)
        actions.edit(services, sender.actor, hypothesis_id, seen=seen, changes=changes)
    except (InputError, Conflict, Forbidden) as error:
        return _refused(request, sender, services, hypothesis_id, error)
    return RedirectResponse(f"/review/{hypothesis_id}?done=edited", status_code=303)


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise InputError("target", found=text[:40], expected="a number such as 0.42") from None


def _next(services: Services, sender: Visitor, done: str) -> Response:
    # The next draft is there already; with none left, the queue says so.
    with services.reading(sender.workspace_id) as uow:
        waiting = in_order(repo.list_hypotheses(uow, state=State.IN_REVIEW))
    target = f"/review/{waiting[0].id}" if waiting else "/review"
    return RedirectResponse(f"{target}?done={done}", status_code=303)


CHANGED = (
    "The draft changed after you opened it, so nothing was decided. "
    "This is the newest revision: read it, then decide."
)
STATUS = {"stale_revision": 412, "precondition_missing": 428, "conflict": 409, "forbidden": 403}


def _refused(
    request: Request,
    sender: Visitor,
    services: Services,
    hypothesis_id: str,
    error: InputError | Conflict | Forbidden,
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


def refusals(error: InputError | Conflict | Forbidden) -> list[tuple[str, str]]:
    """Return what is missing, each with the place on the page where it can be given."""
    missing = error.data.get("missing")
    if not isinstance(missing, list):
        return [(sentence(error.message), "")]
    return [
        (f"Tick “I read the evidence” of claim {place + 1}.", f"#claim-{place}")
        for place in missing
    ]


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
    with services.reading(visitor.workspace_id) as uow:
        history = repo.revisions(uow, hypothesis_id)
        if not history:
            raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
        item = history[-1]
        if not may_read(visitor.actor, item):
            raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
        title = readable(item.content.title, item.content.metric)
        proof = Proof.load(uow, item.content.citations)
        anomaly = metrics.load_anomaly(uow, item.anomaly_id)
        metric = metrics.load_metric(uow, anomaly.metric_id)
        pairs = links_repo.list_links(uow, anomaly_id=item.anomaly_id, theme_id=item.theme_id)
        members = access.load_members(uow)
        frame = make_frame(request, uow, visitor, title=title, section="review", crumbs=ABOVE)
    cards = proof.cards(item.content.citations)
    link = link_card(pairs[0]) if pairs else None
    page = DraftPage(
        id=item.id,
        title=title,
        statement=statement(item.content, anomaly),
        label=draft_label(item),
        state=STATES[item.state],
        is_approved=item.state is State.APPROVED,
        is_untested=item.content.standing is Standing.TOO_FEW,
        fields=fields(item.content),
        change=content_change(item.content, anomaly),
        claims=claim_rows(item.content, ticked, anomaly),
        evidence=[card for card in cards if card.side == Side.FOR],
        against=[card for card in cards if card.side == Side.AGAINST],
        counter_note=sentence(item.content.counter_note),
        scale=draft_card(item, now=services.clock()).scale,
        link=link,
        anomaly=(headline(anomaly, metric), f"/anomalies/{anomaly.id}"),
        theme=(pairs[0].theme_title if pairs else "the theme", f"/themes/{item.theme_id}"),
        held_reasons=[sentence(reason) for reason in item.held_reasons],
        bar=decision_bar(item, history, visitor, members),
        errors=errors,
        form=[(name, label, _value(item.content, name)) for name, label in EDITABLE.items()],
        history=[(draft_label(one), members[one.author_id].name) for one in history],
    )
    return render(request, "draft.html", page, frame, status=status)


def fields(content: Content) -> list[tuple[str, str]]:
    """Return the hypothesis canvas as fields."""
    return [
        ("We believe", sentence(readable(content.solution, content.metric))),
        ("will improve", metric_title(content.metric)),
        ("because", sentence(readable(content.because, content.metric))),
    ]


def decision_bar(
    item: Hypothesis,
    history: Sequence[Hypothesis],
    visitor: Visitor,
    members: Mapping[str, Member],
) -> DecisionBar:
    """Return the buttons this person has, or why there are none and who has them."""
    me = visitor.actor.member.id
    authors = {one.author_id for one in history} | {item.started_by}
    waits = item.state is State.IN_REVIEW
    why_not = ""
    if not waits:
        why_not = f"This draft is {STATES[item.state].word}; there is nothing to decide."
    elif not visitor.may(Action.REVIEW):
        why_not = "Deciding needs the role reviewer."
    elif me in authors:
        why_not = "You started or edited this draft, so somebody else decides."
    return DecisionBar(
        hypothesis_id=item.id,
        seen=item.etag,
        may_decide=not why_not,
        may_edit=waits and visitor.may(Action.EDIT_DRAFT),
        why_not=why_not,
        deciders=_reviewers(members, authors) if waits and why_not else (),
        reasons=[Option(value=code.value, label=words(code.value)) for code in ReasonCode],
        total=len(item.content.claims),
    )


def _reviewers(members: Mapping[str, Member], authors: set[str]) -> list[str]:
    return sorted(
        member.name
        for key, member in members.items()
        if member.roles & POLICY[Action.REVIEW] and key not in authors
    )


def _decided(uow: UnitOfWork, actor: Actor) -> list[tuple[str, str, StateTag]]:
    recent = [
        item
        for state in (State.APPROVED, State.REJECTED)
        for item in repo.list_hypotheses(uow, state=state)
        if may_read(actor, item)
    ]
    recent.sort(key=lambda item: item.created_at, reverse=True)
    return [
        (
            readable(item.content.title, item.content.metric),
            f"/review/{item.id}",
            STATES[item.state],
        )
        for item in recent[:10]
    ]


def _value(content: Content, name: str) -> str:
    value = getattr(content, name)
    return f"{value:g}" if isinstance(value, float) else str(value)
