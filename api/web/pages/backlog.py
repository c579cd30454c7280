"""The backlog: what each item rests on, and the gate before it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.format import sentence
from api.web.framing import make_frame
from api.web.insight_contexts import BacklogPage
from api.web.insight_parts import item_row, options
from api.web.part_contexts import Option
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access import repo as access
from synth.access.policy import Action
from synth.errors import Conflict, InputError, NotFound
from synth.insights import backlog, repo
from synth.insights.gate import rank_backlog
from synth.insights.standing import list_standings
from synth.insights.types import ItemKind, ItemState
from synth.services import Services

router = APIRouter()

Text = Annotated[str, Form(max_length=2000)]


@router.get("/backlog")
def show_backlog(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the backlog, the items with numbers and voices behind them first."""
    return _show(request, visitor, services)


@router.post("/backlog")
def add(
    request: Request,
    sender: Sending,
    services: Serving,
    title: Text = "",
    kind: Text = "feature",
    insight: Text = "",
) -> Response:
    """Add an idea with the insight it rests on."""
    try:
        backlog.add_item(
            services,
            sender.actor,
            title=title,
            kind=ItemKind(kind) if kind in set(ItemKind) else ItemKind.FEATURE,
            insight_ids=[insight] if insight else [],
        )
    except (InputError, NotFound) as error:
        return _show(request, sender, services, [(sentence(error.message), "")], 422)
    return RedirectResponse("/backlog?done=backlog-added", status_code=303)


@router.post("/backlog/{item_id}")
def move(
    request: Request,
    sender: Sending,
    services: Serving,
    item_id: str,
    state: Text = "",
    insight: Text = "",
    override: Text = "",
) -> Response:
    """Plan, ship or drop an item."""
    try:
        if state not in set(ItemState):
            raise InputError("choose where it goes", expected=", ".join(ItemState))
        backlog.move_item(
            services,
            sender.actor,
            item_id,
            ItemState(state),
            insight_ids=[insight] if insight else [],
            override=override,
        )
    except (InputError, Conflict, NotFound) as error:
        return _show(request, sender, services, [(sentence(error.message), "")], 409)
    return RedirectResponse("/backlog?done=backlog-moved", status_code=303)


def _show(
    request: Request,
    visitor: Visitor,
    services: Services,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        standings = list_standings(uow, now=services.clock())
        ranked = rank_backlog(repo.list_items(uow), standings)
        names = access.member_names(uow)
        above = (("Insights", "/insights"),)
        frame = make_frame(request, uow, visitor, title="Backlog", section="insights", crumbs=above)
    page = BacklogPage(
        rows=[item_row(one, names) for one in ranked],
        kinds=options({kind.value: kind.value for kind in ItemKind}),
        insights=[
            Option(value=one.insight.id, label=one.insight.content.title) for one in standings
        ],
        may_add=visitor.may(Action.RECORD_OUTCOME),
        may_move=visitor.may(Action.DECIDE),
        errors=errors,
    )
    return render(request, "backlog.html", page, frame, status=status)
