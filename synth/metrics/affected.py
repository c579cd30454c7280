"""Who an anomaly measured and whom it hit, from events per user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np

from synth.core.periods import Period
from synth.metrics.findings import Finding, is_worse
from synth.metrics.segments import is_within
from synth.metrics.types import AnomalyKind, Event, Good, Metric, PersonValue

#: (affected, unaffected)
Sides = tuple[frozenset[str], frozenset[str]]


def people_of(
    metric: Metric,
    finding: Finding,
    *,
    events: Sequence[Event],
    values: Sequence[PersonValue],
    segments: Mapping[str, Mapping[str, str]],
) -> Sides:
    """Return (affected, unaffected) people of a finding's window and slice.

    Measured is who had the exposure event. Affected is who then lacks the outcome event (good is
    up), who has it (good is down), or whose own value is worse than the target or the baseline.
    `segments` names the people who may be counted.
    """
    if finding.affected or finding.unaffected:
        sides = finding.affected, finding.unaffected
    elif metric.exposure_event and metric.outcome_event:
        sides = _by_outcome(metric, finding.window, events)
    else:
        limit = _limit(metric, finding)
        sides = _by_value(metric, _values_in(metric, finding.window, events, values), limit)
    return _counted(sides[0], finding, segments), _counted(sides[1], finding, segments)


def event_values(metric: Metric, events: Iterable[Event]) -> list[PersonValue]:
    """Return the exposure event's own values, where the metric is measured by them."""
    if metric.outcome_event is not None:
        return []
    return [
        PersonValue(participant_id=event.participant_id, ts=event.ts, value=event.value)
        for event in events
        if event.name == metric.exposure_event and event.value is not None
    ]


def _counted(
    people: frozenset[str], finding: Finding, segments: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    return frozenset(
        person
        for person in people
        if person in segments and is_within(segments[person], finding.segment)
    )


def _by_outcome(metric: Metric, window: Period | None, events: Sequence[Event]) -> Sides:
    exposed: dict[str, datetime] = {}
    for event in events:
        if event.name == metric.exposure_event and (window is None or event.ts in window):
            first = exposed.get(event.participant_id, event.ts)
            exposed[event.participant_id] = min(first, event.ts)
    reached = {
        event.participant_id
        for event in events
        if event.name == metric.outcome_event
        and event.participant_id in exposed
        and event.ts >= exposed[event.participant_id]
    }
    missed = frozenset(exposed) - reached
    return (missed, frozenset(reached)) if metric.good is Good.UP else (frozenset(reached), missed)


def _values_in(
    metric: Metric, window: Period | None, events: Sequence[Event], values: Sequence[PersonValue]
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for value in [*values, *event_values(metric, events)]:
        if window is None or (value.ts is not None and value.ts in window):
            found.setdefault(value.participant_id, []).append(value.value)
    return found


def _limit(metric: Metric, finding: Finding) -> float:
    """Return the value beyond which a person counts as hit."""
    if finding.kind is not AnomalyKind.SEGMENT and metric.target is not None:
        return metric.target
    return finding.baseline


def _by_value(metric: Metric, values: Mapping[str, Sequence[float]], limit: float) -> Sides:
    hit = frozenset(
        person for person, own in values.items() if is_worse(metric, float(np.median(own)), limit)
    )
    return hit, frozenset(values) - hit
