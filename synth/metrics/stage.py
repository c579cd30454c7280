"""Background step: find what stands out in every metric, and whom it hit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from synth.access import repo as access
from synth.core.periods import Period
from synth.errors import InputError
from synth.jobs.types import Progress
from synth.metrics import event_repo, repo
from synth.metrics.affected import Sides, people_of
from synth.metrics.anomalies import MetricData, anomaly_id, find_anomalies
from synth.metrics.calendars import closed_days
from synth.metrics.company import with_company
from synth.metrics.event_queries import Events
from synth.metrics.event_repo import RuleMatch
from synth.metrics.findings import Finding
from synth.metrics.measuring import Computed, all_computed, opened_events
from synth.metrics.rule_parsing import parse_stored
from synth.metrics.rule_stage import Ruled, hold_rule, matches, ruled, vocabulary
from synth.metrics.series import DAY
from synth.metrics.types import Anomaly, AnomalyPeople, Good, Metric, Session
from synth.people import repo as people_repo
from synth.people.types import Role
from synth.services import Services

Segments = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class _Looking:
    """What every metric is looked at with."""

    segments: Segments  #: of the people who may be analysed
    computed: Mapping[str, Computed]  #: by metric id
    events: Events
    now: datetime


def detect_anomalies(
    services: Services, workspace_id: str, *, run_id: str, progress: Progress | None = None
) -> int:
    """Make what stands out now the current anomalies; return how many there are."""
    with services.reading(workspace_id) as uow:
        metrics = repo.list_metrics(uow)
        computed = all_computed(uow)
        segments = {
            one.id: one.segments
            for one in people_repo.load(uow).values()
            if one.role is Role.PARTICIPANT and one.consent.analyse
        }
    found: dict[str, AnomalyPeople] = {}
    with opened_events(services, workspace_id) as events:
        looking = _Looking(
            segments=segments, computed=computed, events=events, now=services.clock()
        )
        for done, metric in enumerate(metrics, start=1):
            for anomaly in _look_at(services, workspace_id, metric, looking):
                found.setdefault(anomaly.anomaly.id, anomaly)
            if progress:
                progress(done, len(metrics))
        held = _hold_rules(services, workspace_id, looking)
    found |= {item.anomaly.id: item for item in held.anomalies}
    with services.writing(workspace_id) as uow:
        now = services.clock()
        for rule_id, matched in held.matches.items():
            event_repo.keep_matches(uow, rule_id, matched, now)
        for metric in held.metrics:
            if repo.find_metric(uow, metric.name) is None:
                repo.save_metric(uow, metric, now)
        repo.replace_anomalies(uow, run_id, with_company(list(found.values())), now)
        for item in found.values():
            event_repo.replace_sessions(uow, item.anomaly.id, item.sessions)
    return len(found)


@dataclass(frozen=True, kw_only=True)
class _Rules:
    """What the rules say."""

    matches: dict[str, list[RuleMatch]] = field(default_factory=dict)  #: by rule id
    anomalies: list[AnomalyPeople] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)  #: that the anomalies are about


def _hold_rules(services: Services, workspace_id: str, looking: _Looking) -> _Rules:
    """Return an anomaly for each slice in which a rule holds, and what each rule matched.

    A rule about something that is gone meanwhile matches nobody.
    """
    found = _Rules()
    with services.reading(workspace_id) as uow:
        stored = event_repo.list_rules(uow)
        if not stored:
            return found
        known = vocabulary(uow, looking.events, looking.segments)
        look = partial(
            hold_rule,
            uow=uow,
            events=looking.events,
            segments=looking.segments,
            now=looking.now,
        )
        for one, rule in zip(stored, parse_stored(stored), strict=True):
            held = None
            with suppress(InputError):
                held = look(rule, known)
            found.matches[one.id] = matches(one, held)
            for item in ruled(one, held, looking.computed) if held else ():
                found.metrics.append(item.metric)
                found.anomalies.append(_ruled_anomaly(item, looking))
    return found


def _ruled_anomaly(item: Ruled, looking: _Looking) -> AnomalyPeople:
    finding = item.finding
    anomaly = _anomaly(item.metric, finding, finding.affected, finding.unaffected)
    window = finding.window and Period(finding.window.start, finding.window.end + item.late)
    return replace(
        anomaly,
        anomaly=replace(anomaly.anomaly, id=item.anomaly_id),
        sessions=looking.events.sessions(finding.affected, item.events, window),
    )


def _look_at(
    services: Services, workspace_id: str, metric: Metric, looking: _Looking
) -> list[AnomalyPeople]:
    """Return a metric's anomalies with their people and sessions."""
    data = _load(services, workspace_id, metric, looking)
    computed = looking.computed.get(metric.id)
    found = []
    for finding in find_anomalies(data):
        told = _told(finding, computed)
        sides = _sides(data, told, looking)
        sessions = _sessions(metric, told, sides[0], computed, looking.events)
        found.append(replace(_anomaly(metric, told, *sides), sessions=sessions))
    return found


def _sides(data: MetricData, finding: Finding, looking: _Looking) -> Sides:
    """Return whom a finding hit and whom it spared."""
    metric, events = data.metric, looking.events
    outcomes: Mapping[str, bool] = {}
    values = data.people
    if metric.exposure_event and metric.outcome_event:
        outcomes = events.outcomes(metric.exposure_event, metric.outcome_event, finding.window)
    elif metric.exposure_event and data.people_are_of_events:
        values = events.values(metric.exposure_event, finding.window)
    return people_of(
        metric,
        _with_people(finding, metric, events),
        outcomes=outcomes,
        values=values,
        segments=looking.segments,
    )


def _load(services: Services, workspace_id: str, metric: Metric, looking: _Looking) -> MetricData:
    """Return a metric's values; of people who may not be analysed, none."""
    with services.reading(workspace_id) as uow:
        people = repo.person_values_of(uow, metric.id)
        series = repo.all_series(uow, metric.id)
        country = metric.country or access.country(uow)
    of_events = not people and metric.exposure_event and not metric.outcome_event
    if of_events:
        people = looking.events.values(str(metric.exposure_event))
    return MetricData(
        metric=metric,
        series=series,
        people=[value for value in people if value.participant_id in looking.segments],
        settled_before=_settled_before(metric, looking.now),
        closed=frozenset(closed_days(country, series)),
        judges_people=metric.computed_from is None,
        people_are_of_events=bool(of_events),
    )


def _settled_before(metric: Metric, now: datetime) -> datetime | None:
    """Return the first day whose values the source may still change."""
    if metric.settle_days == 0:
        return None
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - metric.settle_days * DAY


def _told(finding: Finding, computed: Computed | None) -> Finding:
    """Return a finding that names the step its metric is about."""
    if computed is None or not computed.about:
        return finding
    return replace(finding, reason=f"{finding.reason}; this is {computed.about}")


def _with_people(finding: Finding, metric: Metric, events: Events) -> Finding:
    """Return a finding about a watched event with who had it, and who was there without it."""
    name = (metric.computed_from or "").removeprefix("event:")
    if name == (metric.computed_from or "") or finding.window is None:
        return finding
    hit = events.having(name, finding.window)
    return replace(finding, affected=hit, unaffected=events.active(finding.window) - hit)


def _sessions(
    metric: Metric,
    finding: Finding,
    affected: frozenset[str],
    computed: Computed | None,
    events: Events,
) -> list[Session]:
    """Return recorded sessions of the people hit, at the events their metric is about."""
    own = metric.outcome_event if metric.good is Good.DOWN else metric.exposure_event
    names = computed.events if computed else (own or metric.exposure_event or "",)
    window = finding.window
    if computed and window:
        window = Period(window.start, window.end + computed.late)
    return events.sessions(affected, [name for name in names if name], window)


def _anomaly(
    metric: Metric, finding: Finding, affected: frozenset[str], unaffected: frozenset[str]
) -> AnomalyPeople:
    anomaly = Anomaly(
        id=anomaly_id(metric.id, finding),
        metric_id=metric.id,
        metric=metric.name,
        kind=finding.kind,
        direction=finding.direction,
        segment=finding.segment,
        window=finding.window,
        baseline=finding.baseline,
        observed=finding.observed,
        score=finding.score,
        reason=finding.reason,
        affected=len(affected),
        measured=len(affected) + len(unaffected),
        baseline_share=finding.baseline_share,
        observed_share=finding.observed_share,
    )
    return AnomalyPeople(anomaly=anomaly, affected=affected, unaffected=unaffected)
