"""Background step: find what stands out in every metric, and whom it hit."""

from __future__ import annotations

from datetime import UTC, datetime

from synth.jobs.types import Progress
from synth.metrics import repo
from synth.metrics.affected import event_values, people_of
from synth.metrics.anomalies import MetricData, anomaly_id, find_anomalies
from synth.metrics.company import with_company
from synth.metrics.findings import Finding
from synth.metrics.series import DAY
from synth.metrics.types import Anomaly, AnomalyPeople, Event, Metric
from synth.people import repo as people_repo
from synth.people.types import Role
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def detect_anomalies(
    services: Services, workspace_id: str, *, run_id: str, progress: Progress | None = None
) -> int:
    """Make what stands out now the current anomalies; return how many there are."""
    with services.reading(workspace_id) as uow:
        metrics = repo.list_metrics(uow)
        segments = {
            one.id: one.segments
            for one in people_repo.load(uow).values()
            if one.role is Role.PARTICIPANT and one.consent.analyse
        }
    found: dict[str, AnomalyPeople] = {}
    for done, metric in enumerate(metrics, start=1):
        with services.reading(workspace_id) as uow:
            data, events = _load(uow, metric, counted=frozenset(segments), now=services.clock())
        for finding in find_anomalies(data):
            sides = people_of(metric, finding, events=events, values=data.people, segments=segments)
            anomaly = _anomaly(metric, finding, *sides)
            found.setdefault(anomaly.anomaly.id, anomaly)
        if progress:
            progress(done, len(metrics))
    with services.writing(workspace_id) as uow:
        repo.replace_anomalies(uow, run_id, with_company(list(found.values())), services.clock())
    return len(found)


def _load(
    uow: UnitOfWork, metric: Metric, *, counted: frozenset[str], now: datetime
) -> tuple[MetricData, list[Event]]:
    """Return a metric's values and events; of people who may not be analysed, none."""
    names = [name for name in (metric.exposure_event, metric.outcome_event) if name]
    events = repo.events_named(uow, names) if names else []
    people = repo.person_values_of(uow, metric.id) or event_values(metric, events)
    data = MetricData(
        metric=metric,
        series=repo.all_series(uow, metric.id),
        people=[value for value in people if value.participant_id in counted],
        settled_before=_settled_before(metric, now),
    )
    return data, events


def _settled_before(metric: Metric, now: datetime) -> datetime | None:
    """Return the first day whose values the source may still change."""
    if metric.settle_days == 0:
        return None
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - metric.settle_days * DAY


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
