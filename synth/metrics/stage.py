"""Background step: find what stands out in every metric, and whom it hit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from synth.core.periods import Period
from synth.jobs.types import Progress
from synth.metrics import event_repo, repo
from synth.metrics.affected import event_values, people_of
from synth.metrics.anomalies import MetricData, anomaly_id, find_anomalies
from synth.metrics.company import with_company
from synth.metrics.event_queries import Events
from synth.metrics.findings import Finding
from synth.metrics.measuring import Computed, all_computed, opened_events
from synth.metrics.series import DAY
from synth.metrics.types import Anomaly, AnomalyPeople, Event, Good, Metric, Session
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
    with services.writing(workspace_id) as uow:
        now = services.clock()
        repo.replace_anomalies(uow, run_id, with_company(list(found.values())), now)
        for item in found.values():
            event_repo.replace_sessions(uow, item.anomaly.id, item.sessions)
    return len(found)


def _look_at(
    services: Services, workspace_id: str, metric: Metric, looking: _Looking
) -> list[AnomalyPeople]:
    """Return a metric's anomalies with their people and sessions."""
    data, events = _load(services, workspace_id, metric, looking)
    computed = looking.computed.get(metric.id)
    found = []
    for finding in find_anomalies(data):
        told = _told(finding, computed)
        sides = people_of(
            metric,
            _with_people(told, metric, looking.events),
            events=events,
            values=data.people,
            segments=looking.segments,
        )
        sessions = _sessions(metric, told, sides[0], computed, looking.events)
        found.append(replace(_anomaly(metric, told, *sides), sessions=sessions))
    return found


def _load(
    services: Services, workspace_id: str, metric: Metric, looking: _Looking
) -> tuple[MetricData, list[Event]]:
    """Return a metric's values and events; of people who may not be analysed, none."""
    names = [name for name in (metric.exposure_event, metric.outcome_event) if name]
    events = looking.events.named(names) if names else []
    with services.reading(workspace_id) as uow:
        people = repo.person_values_of(uow, metric.id) or event_values(metric, events)
        series = repo.all_series(uow, metric.id)
    data = MetricData(
        metric=metric,
        series=series,
        people=[value for value in people if value.participant_id in looking.segments],
        settled_before=_settled_before(metric, looking.now),
        judges_people=metric.computed_from is None,
    )
    return data, events


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
