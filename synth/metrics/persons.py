"""Values given person by person: against the target, and against the other people."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from synth.core.periods import Period
from synth.core.proportions import wilson
from synth.metrics.findings import Finding, is_worse, write_value
from synth.metrics.series import DAY, Floats
from synth.metrics.types import AnomalyKind, Good, Metric, PersonValue

#: People measured before anything is said.
MIN_PEOPLE = 4

#: A target is missed by some people once this share is surely passed (Wilson lower bound).
SOME = 0.05

#: Robust standard deviations from the median person that stand out.
FAR = 3.0

MAD_TO_SD = 1.4826


def person_findings(metric: Metric, values: Sequence[PersonValue]) -> list[Finding]:
    """Return at most one finding: the group misses its target, or some people stand out."""
    people = _one_per_person(metric, values)
    if len(people) < MIN_PEOPLE:
        return []
    targets = [_target(metric, value) for value in people]
    if all(target is not None for target in targets):
        missed = frozenset(
            value.participant_id
            for value, target in zip(people, targets, strict=True)
            if target is not None and is_worse(metric, value.value, target)
        )
        typical = float(np.median([target for target in targets if target is not None]))
        return _against_target(metric, people, missed, typical)
    return _against_others(metric, people)


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the median and its distribution-free 95 % interval from order statistics.

    With fewer than six values no such interval has 95 %; then the whole range is given.
    """
    from scipy.stats import binom

    ordered = sorted(values)
    n = len(ordered)
    rank = int(binom.ppf(0.025, n, 0.5))
    low, high = (ordered[rank - 1], ordered[n - rank]) if rank >= 1 else (ordered[0], ordered[-1])
    return float(np.median(ordered)), low, high


def _one_per_person(metric: Metric, values: Sequence[PersonValue]) -> list[PersonValue]:
    """Keep each person's median value, with their newest time."""
    by_person: dict[str, list[PersonValue]] = {}
    for value in values:
        by_person.setdefault(value.participant_id, []).append(value)
    return [
        PersonValue(
            participant_id=person,
            ts=max((one.ts for one in own if one.ts), default=None),
            value=float(np.median([one.value for one in own])),
            target=own[-1].target,
        )
        for person, own in sorted(by_person.items())
    ]


def _target(metric: Metric, value: PersonValue) -> float | None:
    return value.target if value.target is not None else metric.target


def _against_target(
    metric: Metric, people: Sequence[PersonValue], missed: frozenset[str], target: float
) -> list[Finding]:
    share = wilson(len(missed), len(people))
    if share.low <= SOME:
        return []
    numbers = [person.value for person in people]
    middle, low, high = median_interval(numbers)
    # The interval of the median person decides whether the group misses the target.
    whole_group = is_worse(metric, high if metric.good is Good.UP else low, target)
    spread = f"median {write_value(metric, middle)} ({low:.3g}-{high:.3g})"
    observed = share.k / share.n if _is_yes_no(numbers) else middle
    words = f"{share} people missed the target of {write_value(metric, target)}"
    return [
        Finding(
            kind=AnomalyKind.TARGET if whole_group else AnomalyKind.PERSON,
            direction=_bad_direction(metric),
            segment={},
            window=_window(people),
            baseline=target,
            observed=float(np.mean(numbers)) if _is_yes_no(numbers) else observed,
            score=round(share.low * sqrt(len(people)), 3),
            reason=f"{metric.name}: {words}" + ("" if _is_yes_no(numbers) else f"; {spread}"),
            affected=missed,
            unaffected=frozenset(one.participant_id for one in people) - missed,
            observed_share=share,
        )
    ]


def _against_others(metric: Metric, people: Sequence[PersonValue]) -> list[Finding]:
    numbers = np.asarray([person.value for person in people], dtype=float)
    if _is_yes_no(list(numbers)):
        bad = 0.0 if metric.good is Good.UP else 1.0
        hit = frozenset(one.participant_id for one in people if one.value == bad)
        score = wilson(len(hit), len(people)).low * sqrt(len(people))
        limit, typical = bad, float(np.median(numbers))
        words = f"{wilson(len(hit), len(people))} people failed"
    else:
        limit, typical, distance = _outer_limit(metric, numbers)
        hit = frozenset(one.participant_id for one in people if is_worse(metric, one.value, limit))
        score = float(distance)
        words = (
            f"{wilson(len(hit), len(people))} people are beyond {write_value(metric, limit)}, "
            f"{FAR:g} robust deviations from the median {write_value(metric, typical)}"
        )
    if not hit:
        return []
    return [
        Finding(
            kind=AnomalyKind.PERSON,
            direction=_bad_direction(metric),
            segment={},
            window=_window(people),
            baseline=typical,
            observed=float(np.median([p.value for p in people if p.participant_id in hit])),
            score=round(score, 3),
            reason=f"{metric.name}: {words}",
            affected=hit,
            unaffected=frozenset(one.participant_id for one in people) - hit,
            observed_share=wilson(len(hit), len(people)),
        )
    ]


def _outer_limit(metric: Metric, numbers: Floats) -> tuple[float, float, float]:
    """Return (limit, median, farthest distance); positive values are compared as ratios."""
    as_ratio = bool(np.all(numbers > 0))
    scaled = np.log(numbers) if as_ratio else numbers
    middle = float(np.median(scaled))
    spread = MAD_TO_SD * float(np.median(np.abs(scaled - middle)))
    spread = max(spread, log(1.1) if as_ratio else 0.05 * abs(middle) + 1e-9)
    sign = -1.0 if metric.good is Good.UP else 1.0
    limit = middle + sign * FAR * spread
    distance = float(np.max(sign * (scaled - middle)) / spread)
    back = np.exp if as_ratio else np.asarray
    return float(back(limit)), float(back(middle)), distance


def _is_yes_no(numbers: Sequence[float]) -> bool:
    return set(numbers) <= {0.0, 1.0}


def _bad_direction(metric: Metric) -> Good:
    return Good.DOWN if metric.good is Good.UP else Good.UP


def _window(people: Sequence[PersonValue]) -> Period | None:
    times = [one.ts for one in people if one.ts]
    if not times:
        return None
    return Period(min(times), max(times) + DAY)
