"""What people do with the backlog: add, plan, ship, drop; planning needs numbers and voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import new_id
from synth.errors import Conflict, InputError, NotFound
from synth.insights import repo
from synth.insights.gate import rank_backlog
from synth.insights.recording import checked, required
from synth.insights.standing import list_standings
from synth.insights.types import (
    BacklogItem,
    ItemKind,
    ItemState,
)
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: States an item reaches only with evidence, or by an override that is written down.
GATED = (ItemState.PLANNED, ItemState.SHIPPED)


def add_item(
    services: Services,
    actor: Actor,
    *,
    title: str,
    kind: ItemKind,
    insight_ids: Sequence[str] = (),
    owner_id: str | None = None,
) -> BacklogItem:
    """Add an idea to the backlog; raises InputError, NotFound."""
    require(actor, Action.RECORD_OUTCOME)
    with services.writing(actor.workspace_id) as uow:
        _require_insights(uow, insight_ids)
        if owner_id is not None and owner_id not in access.load_members(uow):
            raise InputError("the owner is nobody in this workspace", found=owner_id[:64])
        item = BacklogItem(
            id=new_id(),
            title=required(title, "the title", longest=200),
            kind=kind,
            state=ItemState.IDEA,
            owner_id=owner_id or actor.member.id,
            found_in=None,
            override="",
            created_by=actor.member.id,
            created_at=services.clock(),
            shipped_on=None,
            insight_ids=tuple(insight_ids),
        )
        repo.add_item(uow, item)
        _audit(services, uow, actor, "add", item)
        return item


def move_item(
    services: Services,
    actor: Actor,
    item_id: str,
    state: ItemState,
    *,
    insight_ids: Sequence[str] = (),
    override: str = "",
    shipped_on: date | None = None,
) -> BacklogItem:
    """Plan, ship or drop an item, and let it rest on further insights.

    Raises:
        Conflict: planned or shipped without both kinds of evidence and without an override; or
            shipped already. NotFound, InputError.
    """
    require(actor, Action.DECIDE)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_insight(uow)
        item = repo.load_item(uow, item_id)
        if item.state is ItemState.SHIPPED:
            raise Conflict("it shipped already; add a new item for what comes next")
        _require_insights(uow, insight_ids)
        repo.link_item(uow, item_id, insight_ids)
        now = services.clock()
        text = checked(override, "the reason to go on without evidence")
        if state in GATED:
            _require_evidence(uow, item_id, services, text)
        day = (shipped_on or now.date()) if state is ItemState.SHIPPED else None
        if day and day > now.date():
            raise InputError("it cannot have shipped in the future", found=day.isoformat())
        repo.change_item(uow, item_id, state=state, override=text or item.override, shipped_on=day)
        moved = repo.load_item(uow, item_id)
        _audit(services, uow, actor, str(state), replace(moved, override=""))
        return moved


def _require_evidence(uow: UnitOfWork, item_id: str, services: Services, override: str) -> None:
    standings = list_standings(uow, now=services.clock())
    [ranked] = rank_backlog([repo.load_item(uow, item_id)], standings)
    missing = ranked.gate.missing
    if missing and not (override or ranked.item.override):
        raise Conflict(
            "this item has no " + " and no ".join(missing)
            + "; link an insight, or write down why it goes on without",
            missing=missing,
        )  # fmt: skip


def _require_insights(uow: UnitOfWork, ids: Sequence[str]) -> None:
    known = {insight.id for insight in repo.list_insights(uow)} if ids else set()
    for one in ids:
        if one not in known:
            raise NotFound(f"no insight {one} in this workspace")


def _audit(services: Services, uow: UnitOfWork, actor: Actor, act: str, item: BacklogItem) -> None:
    record_act(
        services,
        uow,
        actor,
        action=f"backlog.{act}",
        subject=("backlog_item", item.id),
        data={"kind": str(item.kind), "insights": list(item.insight_ids), "key": actor.key_id},
    )
