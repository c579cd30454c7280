"""Loads what rules speak about, holds them against it, and turns what holds into anomalies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from synth.core.ids import derive_id
from synth.core.periods import Period
from synth.metrics import event_repo, repo
from synth.metrics.event_queries import Events
from synth.metrics.event_repo import RuleMatch, StoredRule
from synth.metrics.findings import Finding
from synth.metrics.measuring import Computed, watching
from synth.metrics.rule_parsing import CountTest, Rule
from synth.metrics.rules import (
    Measured,
    Segments,
    Verdict,
    Vocabulary,
    check_rule,
    hold,
    look_back,
    rule_finding,
)
from synth.metrics.segments import segment_key
from synth.metrics.series import DAY, HOUR
from synth.metrics.types import Metric
from synth.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a rule says now."""

    rule: Rule
    metric: Metric
    measured: Measured
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A slice in which a rule holds."""

    anomaly_id: str
    metric: Metric
    finding: Finding
    events: tuple[str, ...]  #: whose sessions are worth watching
    late: timedelta


def vocabulary(uow: UnitOfWork, events: Events, segments: Segments) -> Vocabulary:
    """Return what rules can speak about now."""
    metrics = {metric.name: metric for metric in repo.list_metrics(uow)}
    by_person = event_repo.measured_by_person(uow)
    return Vocabulary(
        metrics=metrics,
        measured=[
            name
            for name, metric in metrics.items()
            if metric.id in by_person or (metric.exposure_event and not metric.outcome_event)
        ],
        events=list(events.name_counts()),
        segments=sorted({name for own in segments.values() for name in own}),
    )


def hold_rule(
    rule: Rule,
    known: Vocabulary,
    *,
    uow: UnitOfWork,
    events: Events,
    segments: Segments,
    now: datetime,
) -> Held | None:
    """Return what a rule says about the newest data that will not change; None without any.

    Raises:
        InputError: it speaks about what is not there.
    """
    check_rule(rule, known)
    if isinstance(rule.inner, CountTest):
        name = rule.inner.event.value
        metric = known.metrics.get(f"{name}_rate", watching(name).metric)
        measured = _counts(rule, rule.inner, events)
    else:
        metric = known.metrics[rule.inner.metric.value]
        measured = _values(rule, metric, uow, events, now)
    if measured is None:
        return None
    verdicts = hold(rule, measured, segments, metric)
    return Held(rule=rule, metric=metric, measured=measured, verdicts=verdicts)


def ruled(stored: StoredRule, held: Held, computed: Mapping[str, Computed]) -> Iterator[Ruled]:
    """Yield the slices in which a rule holds."""
    about = computed.get(held.metric.id)
    if isinstance(held.rule.inner, CountTest):
        names: tuple[str, ...] = (held.rule.inner.event.value,)
    else:
        names = about.events if about else tuple(filter(None, [held.metric.exposure_event]))
    for verdict in held.verdicts:
        if verdict.holds:
            yield Ruled(
                anomaly_id=_anomaly_id(stored, verdict),
                metric=held.metric,
                finding=rule_finding(held.rule, verdict, held.measured, held.metric),
                events=names,
                late=about.late if about else timedelta(0),
            )


def matches(stored: StoredRule, held: Held | None) -> list[RuleMatch]:
    """Return what is kept of a rule's verdicts."""
    return [
        RuleMatch(
            segment=dict(verdict.segment),
            k=len(verdict.affected),
            n=len(verdict.measured),
            holds=verdict.holds,
            anomaly_id=_anomaly_id(stored, verdict) if verdict.holds else None,
        )
        for verdict in (held.verdicts if held else ())
    ]


def _anomaly_id(stored: StoredRule, verdict: Verdict) -> str:
    """Return the id of a rule's anomaly in a slice: the same as long as the rule is."""
    return derive_id("anomaly", "rule", stored.id, segment_key(verdict.segment))


def _counts(rule: Rule, test: CountTest, events: Events) -> Measured | None:
    coverage = events.coverage()
    if coverage is None:
        return None
    window = Period(coverage.last - look_back(rule), coverage.last)
    runs = events.repeating(
        test.event.value,
        window,
        times=test.times,
        within=rule.within or window.end - window.start,
    )
    values = {run.participant_id: run.value or 0.0 for run in runs}
    return Measured(window=window, values=values, population=events.active(window))


def _values(
    rule: Rule, metric: Metric, uow: UnitOfWork, events: Events, now: datetime
) -> Measured | None:
    """Return each person's median value in the newest time that is settled."""
    people = repo.person_values_of(uow, metric.id)
    if not people and metric.exposure_event:
        coverage = events.coverage(settle_days=metric.settle_days)
        if coverage is None:
            return None
        window = Period(coverage.last - look_back(rule), coverage.last)
        people = events.values(metric.exposure_event, window)
    newest = max((one.ts for one in people if one.ts), default=now)
    end = min(newest + HOUR, now - metric.settle_days * DAY)
    window = Period(end - look_back(rule), end)
    own: dict[str, list[float]] = {}
    for one in people:
        if one.ts is None or one.ts in window:
            own.setdefault(one.participant_id, []).append(one.value)
    values = {person: float(np.median(given)) for person, given in own.items()}
    return Measured(window=window, values=values, population=list(values))
