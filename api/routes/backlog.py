"""The backlog: what each item rests on, and the gate before it is planned."""

from __future__ import annotations

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.backlog import ItemBody, ItemMove, ItemShown
from api.schemas.base import Page
from synth.insights import backlog, repo
from synth.insights.gate import rank_backlog
from synth.insights.standing import list_standings

router = guarded_router("backlog")


@router.get("/v1/backlog")
def list_backlog(context: ContextOf, paging: PagingOf) -> Page[ItemShown]:
    """List the backlog, the items with numbers and voices behind them first."""
    return paging.cut(_ranked(context), lambda item: item.id)


@router.post("/v1/backlog", status_code=201)
def add_item(given: ItemBody, context: ContextOf) -> ItemShown:
    """Add an idea, with the insights it rests on."""
    item = backlog.add_item(context.services, context.actor, **given.model_dump())
    return next(one for one in _ranked(context) if one.id == item.id)


@router.post("/v1/backlog/{item_id}", status_code=201)
def move_item(item_id: str, given: ItemMove, context: ContextOf) -> ItemShown:
    """Plan, ship or drop an item; without both kinds of evidence only with a written reason."""
    backlog.move_item(context.services, context.actor, item_id, **given.model_dump())
    return next(one for one in _ranked(context) if one.id == item_id)


def _ranked(context: Context) -> list[ItemShown]:
    with context.reading() as uow:
        standings = list_standings(uow, now=context.services.clock())
        ranked = rank_backlog(repo.list_items(uow), standings)
    return [ItemShown.of(one) for one in ranked]
