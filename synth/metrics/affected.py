"""Who an anomaly measured and whom it hit, from events or values per person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.core.periods import Period
from synth.metrics.findings import Finding, is_worse
from synth.metrics.segments import is_within
from synth.metrics.types import AnomalyKind, Good, Metric, PersonValue

#: (affected, unaffected)
Sides = tuple[frozenset[str], frozenset[str]]


def people_of(
    metric: Metric,
    finding: Finding,
    *,
    outcomes: Mapping[str, bool],
    values: Sequence[PersonValue],
    segments: Mapping[str, Mapping[str, str]],
) -> Sides:
    """Return (affected, unaffected) people of a finding's window and slice.

    Measured is who had the exposure event in the window: `outcomes` says whether the outcome event
    followed. Affected is who lacks it (good is up), who has it (good is down), or whose own value
    is worse than the target or the baseline. `segments` names the people who may be counted.
    """
    if finding.affected or finding.unaffected:
        sides = finding.affected, finding.unaffected
    elif metric.exposure_event and metric.outcome_event:
        sides = _by_outcome(metric, outcomes)
    else:
        sides = _by_value(metric, _values_in(finding.window, values), _limit(metric, finding))
    return _counted(sides[0], finding, segments), _counted(sides[1], finding, segments)


def _counted(
    people: frozenset[str], finding: Finding, segments: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    return frozenset(
        person
        for person in people
        if person in segments and is_within(segments[person], finding.segment)
    )


def _by_outcome(metric: Metric, outcomes: Mapping[str, bool]) -> Sides:
    reached = frozenset(person for person, has in outcomes.items() if has)
    missed = frozenset(outcomes) - reached
    return (missed, reached) if metric.good is Good.UP else (reached, missed)


def _values_in(window: Period | None, values: Sequence[PersonValue]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for value in values:
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
