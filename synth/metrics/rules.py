"""Event rules held against people: whom they measure, whom they hit, and whether they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from math import sqrt
from operator import ge, gt, le, lt

import numpy as np

from synth.core.periods import Period
from synth.core.proportions import Proportion, wilson
from synth.errors import InputError
from synth.metrics.findings import RECENT_DAYS, Finding
from synth.metrics.rule_parsing import CountTest, Rule, ShareTest, ValueTest
from synth.metrics.rule_tokens import Token, fault
from synth.metrics.series import DAY
from synth.metrics.types import AnomalyKind, Good, Metric
from synth.metrics.units import Dimension, unit_of_metric, write_duration

COMPARISONS = {">": gt, ">=": ge, "<": lt, "<=": le}

#: How far a rule looks back where it does not say.
RECENT = RECENT_DAYS * DAY

Segments = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What a rule can speak about."""

    metrics: Mapping[str, Metric]
    measured: Collection[str]  #: names of metrics that have values of people
    events: Collection[str]
    segments: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the test of one person was held against."""

    window: Period
    values: Mapping[str, float]  #: by person: typical value of the metric, or most times
    population: Collection[str]  #: people who could have been hit


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a rule says about one slice."""

    segment: Mapping[str, str]
    affected: frozenset[str]
    measured: frozenset[str]
    holds: bool

    @property
    def share(self) -> Proportion:
        """Return how many of those measured were hit."""
        return wilson(len(self.affected), len(self.measured))


def check_rule(rule: Rule, known: Vocabulary) -> None:
    """Hold a rule against what there is to speak about.

    Raises:
        InputError: a name is not known, a metric is not measured by person, or units do not fit;
            the message marks the token.
    """
    if isinstance(rule.inner, CountTest):
        if rule.inner.event.value not in known.events:
            raise _unknown(rule, rule.inner.event, "no such event was ever imported", known.events)
    else:
        _check_value(rule, rule.inner, known)
    if rule.segment is not None and rule.segment.value not in known.segments:
        raise _unknown(rule, rule.segment, "nobody has such a segment", known.segments)


def look_back(rule: Rule) -> timedelta:
    """Return how long before the newest data a rule looks.

    A count within a time is looked for anywhere in the last four weeks, a share only in its time.
    """
    if isinstance(rule.test, CountTest):
        return max(RECENT, rule.within or RECENT)
    return rule.within or RECENT


def hold(
    rule: Rule, measured: Measured, segments: Segments, metric: Metric | None = None
) -> list[Verdict]:
    """Return what a rule says: about everybody, or about each value of its segment.

    `metric` gives the unit of the values of a value test.
    """
    name = rule.segment.value if rule.segment else None
    groups: dict[str, list[str]] = {} if name else {"": []}
    for person in measured.population:
        value = segments.get(person, {}).get(name) if name else ""
        if person in segments and value is not None:
            groups.setdefault(value, []).append(person)
    found = []
    for value in sorted(groups):
        people = frozenset(groups[value])
        hit = frozenset(one for one in people if _is_hit(rule.inner, measured, one, metric))
        verdict = Verdict(
            segment={name: value} if name else {}, affected=hit, measured=people, holds=False
        )
        found.append(_judged(rule, verdict))
    return found


def limit_of(test: ValueTest | CountTest, metric: Metric | None) -> float:
    """Return the limit of a test in the unit of its metric; of a count, the times."""
    if isinstance(test, CountTest):
        return test.times
    return test.base_limit / (unit_of_metric(metric.unit)[1] if metric else 1.0)


def rule_finding(rule: Rule, verdict: Verdict, measured: Measured, metric: Metric) -> Finding:
    """Return a rule that holds as a finding."""
    hit = [measured.values[one] for one in verdict.affected if one in measured.values]
    is_count = isinstance(rule.inner, CountTest)
    share = verdict.share
    # A count is about people: its metric is the share of those who have the event.
    limit = 0.0 if is_count else limit_of(rule.inner, metric)
    typical = share.k / max(share.n, 1) if is_count else float(np.median(hit or [limit]))
    upwards = is_count or str(getattr(rule.inner, "comparison", ">")).startswith(">")
    return Finding(
        kind=AnomalyKind.RULE,
        direction=Good.UP if upwards else Good.DOWN,
        segment=verdict.segment,
        window=measured.window,
        baseline=limit,
        observed=typical,
        score=round(share.low * sqrt(share.n), 3),
        reason=describe(rule, verdict, measured.window),
        affected=verdict.affected,
        unaffected=verdict.measured - verdict.affected,
        observed_share=share,
    )


def describe(rule: Rule, verdict: Verdict, window: Period) -> str:
    """Return what a rule found, in words: its name, the people, the test, what to do."""
    last = window.end - timedelta(microseconds=1)
    days = f"{window.start:%Y-%m-%d} to {last:%Y-%m-%d}"
    parts = [f"rule {rule.name}: {verdict.share} people match {_written(rule)}, {days}"]
    if isinstance(rule.test, ShareTest):
        share = verdict.share
        limit = f"{rule.test.limit * 100:g} %"
        parts.append(f"the rule asks for {rule.test.comparison} {limit} of users")
        if share.low < rule.test.limit < share.high:
            parts.append(f"so few people were measured that {limit} lies inside the interval")
    return "; ".join([*parts, f"to do: {rule.action}"])


def _check_value(rule: Rule, test: ValueTest, known: Vocabulary) -> None:
    token, name = test.metric, test.metric.value
    metric = known.metrics.get(name)
    if metric is None and name in known.events:
        raise fault(
            rule.source,
            token,
            "an event has no unit: make it a metric first",
            f"count({token.text}), or a metric with {token.text} as its exposure_event",
        )
    if metric is None:
        raise _unknown(rule, token, "no such metric", known.measured)
    if name not in known.measured:
        raise _unknown(rule, token, "this metric has no value of each person", known.measured)
    dimension, _ = unit_of_metric(metric.unit)
    if dimension is not test.dimension:
        such = {Dimension.TIME: "such as 60s", Dimension.SHARE: "such as 20%"}.get(dimension, "")
        raise fault(
            rule.source,
            test.limit,
            f"{name} is {dimension} ({metric.unit}), this is {test.dimension}",
            f"{dimension} {such}".strip(),
        )


def _unknown(rule: Rule, token: Token, message: str, names: Collection[str]) -> InputError:
    near = get_close_matches(token.value, list(names), n=5, cutoff=0.5) or sorted(names)[:8]
    expected = "one of " + ", ".join(near) if near else "something that was imported"
    return fault(rule.source, token, message, expected)


def _is_hit(
    test: ValueTest | CountTest, measured: Measured, person: str, metric: Metric | None
) -> bool:
    value = measured.values.get(person)
    if value is None:
        return False
    comparison = COMPARISONS[">=" if isinstance(test, CountTest) else test.comparison]
    return bool(comparison(value, limit_of(test, metric)))


def _judged(rule: Rule, verdict: Verdict) -> Verdict:
    k, n = len(verdict.affected), len(verdict.measured)
    if isinstance(rule.test, ShareTest):
        holds = n > 0 and COMPARISONS[rule.test.comparison](k / n, rule.test.limit)
    else:
        holds = k > 0
    return Verdict(
        segment=verdict.segment,
        affected=verdict.affected,
        measured=verdict.measured,
        holds=bool(holds),
    )


def _written(rule: Rule) -> str:
    """Return the test of one person as it was written."""
    test = rule.inner
    if isinstance(test, CountTest):
        return f"{test.event.value} at least {test.times} times" + (
            f" within {write_duration(rule.within)}" if rule.within else ""
        )
    return f"{test.metric.value} {test.comparison} {test.limit.text}"


def events_of(rules: Sequence[Rule]) -> list[str]:
    """Return the events whose counts rules look at."""
    return [rule.inner.event.value for rule in rules if isinstance(rule.inner, CountTest)]
