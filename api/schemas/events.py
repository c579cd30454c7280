"""Event names, funnels, rules, and sessions to watch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas.base import Given, IntervalShown, Share, Shown
from api.schemas.metrics import Name
from synth.metrics.funnels import Funnel, FunnelSeen, StepSeen
from synth.metrics.units import write_duration


class EventNameShown(Shown):
    """One event name, and how much of it there is."""

    name: str
    events: int
    people: int
    first_at: datetime
    last_at: datetime


class FunnelGiven(Given):
    """Ordered steps that people go through."""

    name: Name
    steps: Annotated[list[Name], Field(max_length=100)]
    window: Annotated[str, Field(max_length=40, examples=["7d"])]
    settle_days: Annotated[int, Field(ge=0, le=60)] = 0


class FunnelShown(Shown):
    """A funnel, and the metrics it gives."""

    id: str
    name: str
    steps: list[str]
    window: str
    settle_days: int
    metrics: list[str]


class StepShown(Shown):
    """One step: who reached it of those who entered, who went on, and the time on it."""

    name: str
    reached: Share
    went_on: Share | None
    seconds: IntervalShown | None


class FunnelSeenShown(Shown):
    """How one slice went through a funnel; only people whose window is over are counted."""

    segment: Mapping[str, str]
    entered: int
    steps: list[StepShown]


class SessionShown(Shown):
    """A recorded session of somebody an anomaly hit."""

    session_id: str
    participant_id: str
    participant: str
    event: str
    at: datetime


def funnel_shown(funnel: Funnel) -> FunnelShown:
    """Return a funnel as it is shown."""
    steps = range(1, len(funnel.steps))
    return FunnelShown(
        id=funnel.id,
        name=funnel.name,
        steps=list(funnel.steps),
        window=write_duration(funnel.window),
        settle_days=funnel.settle_days,
        metrics=[name for n in steps for name in (funnel.conversion(n), funnel.time(n))],
    )


def funnel_seen(seen: FunnelSeen) -> FunnelSeenShown:
    """Return how a slice went through, as it is shown."""
    return FunnelSeenShown(
        segment=seen.segment, entered=seen.entered, steps=[_step(step) for step in seen.steps]
    )


def _step(step: StepSeen) -> StepShown:
    times = step.seconds
    return StepShown(
        name=step.name,
        reached=Share.model_validate(step.reached),
        went_on=Share.model_validate(step.went_on) if step.went_on else None,
        seconds=IntervalShown(value=times[0], low=times[1], high=times[2]) if times else None,
    )
