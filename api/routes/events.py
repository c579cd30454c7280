"""Event names, funnels over events, and the sessions behind an anomaly."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.events import (
    EventNameShown,
    FunnelGiven,
    FunnelSeenShown,
    FunnelShown,
    SessionShown,
    funnel_seen,
    funnel_shown,
)
from api.schemas.metrics import Name
from synth.metrics import event_actions, event_repo, repo
from synth.metrics.event_queries import asking_events
from synth.metrics.units import parse_duration
from synth.people import repo as people_repo

router = guarded_router("events")

Named = Annotated[Name, Path()]


@router.get("/v1/events/names")
def list_names(context: ContextOf, paging: PagingOf) -> Page[EventNameShown]:
    """List every event name with its people, the most frequent first."""
    with (
        context.reading() as uow,
        asking_events(context.services.event_log, uow) as events,
    ):
        found = events.names()
    return paging.cut([EventNameShown.model_validate(each) for each in found], lambda one: one.name)


@router.get("/v1/funnels")
def list_funnels(context: ContextOf, paging: PagingOf) -> Page[FunnelShown]:
    """List all funnels."""
    with context.reading() as uow:
        found = event_repo.list_funnels(uow)
    return paging.cut([funnel_shown(each) for each in found], lambda each: each.name)


@router.post("/v1/funnels", status_code=201)
def put_funnel(given: FunnelGiven, context: ContextOf) -> FunnelShown:
    """Add a funnel, or change the one of this name; the next anomaly run computes its metrics."""
    window = parse_duration(given.window)
    fields = given.model_dump(exclude={"window"})
    made = event_actions.put_funnel(context.services, context.actor, window=window, **fields)
    return funnel_shown(made)


@router.get("/v1/funnels/{name}")
def show_funnel(
    name: Named,
    context: ContextOf,
    by: Annotated[str | None, Query(max_length=200, examples=["platform"])] = None,
) -> list[FunnelSeenShown]:
    """Show how people went through a funnel: everybody, or by the values of a segment."""
    found = event_actions.look_through(context.services, context.actor, name, by=by)
    return [funnel_seen(each) for each in found]


@router.delete("/v1/funnels/{name}", status_code=204)
def remove_funnel(name: Named, context: ContextOf) -> Response:
    """Forget a funnel; the daily values it gave stay."""
    event_actions.remove_funnel(context.services, context.actor, name)
    return Response(status_code=204)


@router.get("/v1/anomalies/{anomaly_id}/sessions")
def list_sessions(anomaly_id: str, context: ContextOf, paging: PagingOf) -> Page[SessionShown]:
    """List recorded sessions of people an anomaly hit, at the event it is about."""
    with context.reading() as uow:
        repo.load_anomaly(uow, anomaly_id)
        found = event_repo.sessions_of(uow, anomaly_id)
        people = people_repo.load(uow, (each.participant_id for each in found))
    shown = [
        SessionShown(
            session_id=each.session_id,
            participant_id=each.participant_id,
            participant=people[each.participant_id].pseudonym,
            event=each.event,
            at=each.at,
        )
        for each in found
    ]
    return paging.cut(shown, lambda each: each.session_id)
