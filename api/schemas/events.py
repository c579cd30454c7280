"""Event names, funnels, rules, and sessions to watch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas.base import Given, IntervalShown, PeriodShown, Share, Shown
from api.schemas.metrics import Name
from synth.core.proportions import wilson
from synth.metrics.event_repo import StoredRule
from synth.metrics.funnels import Funnel, FunnelSeen, StepSeen
from synth.metrics.rule_parsing import Rule
from synth.metrics.rule_stage import Held
from synth.metrics.units import write_duration

#: A rule as people write it.
RULE = 'again: count(kyc_failed) >= 2 within 1d -> "offer help"'


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


class RulesGiven(Given):
    """Rules as they are written, one after the other."""

    text: Annotated[str, Field(min_length=1, max_length=20_000, examples=[RULE])]
    file: Annotated[str, Field(min_length=1, max_length=200)] = "rule"


class MatchShown(Shown):
    """What a rule matched in one slice."""

    segment: Mapping[str, str]
    people: Share
    holds: bool
    anomaly_id: str | None = None


class RuleShown(Shown):
    """A rule as it was written, and what the newest run found."""

    id: str
    name: str
    text: str
    checked_at: datetime | None
    last_matches: list[MatchShown]


class RuleNow(Shown):
    """What a rule would match now."""

    name: str
    text: str
    action: str
    window: PeriodShown | None
    matches: list[MatchShown]


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


def rule_shown(rule: StoredRule) -> RuleShown:
    """Return a stored rule as it is shown."""
    return RuleShown(
        id=rule.id,
        name=rule.name,
        text=rule.text,
        checked_at=rule.checked_at,
        last_matches=[
            MatchShown(
                segment=one.segment,
                people=Share.model_validate(wilson(one.k, one.n)),
                holds=one.holds,
                anomaly_id=one.anomaly_id,
            )
            for one in rule.last_matches
        ],
    )


def rule_now(rule: Rule, held: Held | None) -> RuleNow:
    """Return what a rule would match now, as it is shown."""
    return RuleNow(
        name=rule.name,
        text=rule.text,
        action=rule.action,
        window=PeriodShown.model_validate(held.measured.window) if held else None,
        matches=[
            MatchShown(segment=one.segment, people=Share.model_validate(one.share), holds=one.holds)
            for one in (held.verdicts if held else ())
        ],
    )


def _step(step: StepSeen) -> StepShown:
    times = step.seconds
    return StepShown(
        name=step.name,
        reached=Share.model_validate(step.reached),
        went_on=Share.model_validate(step.went_on) if step.went_on else None,
        seconds=IntervalShown(value=times[0], low=times[1], high=times[2]) if times else None,
    )
