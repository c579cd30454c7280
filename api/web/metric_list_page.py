"""The list of metrics: what is loaded for it, and what is made of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.web.contexts import MetricListPage
from api.web.coverage import coverage_words
from api.web.format import counted, sentence
from api.web.metric_parts import States, metric_row, why
from api.web.part_contexts import AnomalyRow, Notice
from api.web.parts import anomaly_row
from synth.access import repo as access
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo
from synth.metrics.naming import by_mark
from synth.metrics.types import Anomaly, Metric, Observation
from synth.people import repo as people_repo
from synth.store.unit_of_work import UnitOfWork

#: Metrics whose values are read for the list.
READ = 40


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the list is made of."""

    metrics: Sequence[Metric]  #: the marked ones first
    anomalies: Sequence[Anomaly]
    pairs: Sequence[Link]
    series: Mapping[str, Sequence[Observation]]  #: of everybody, by metric, of those drawn
    states: States
    country: str
    coverage: str  #: how many ids lead to one person, in words


def load(uow: UnitOfWork) -> Loaded:
    """Return what the list shows."""
    metrics = by_mark(repo.list_metrics(uow))
    anomalies = repo.list_anomalies(uow)
    return Loaded(
        metrics=metrics,
        anomalies=anomalies,
        pairs=links_repo.list_links(uow),
        series=repo.series_of(uow, _drawn(metrics, anomalies)),
        states=States(uow),
        country=access.country(uow) or "",
        coverage=coverage_words(people_repo.coverage(uow)),
    )


def make_page(loaded: Loaded, actor: Actor, *, errors: Sequence[str]) -> MetricListPage:
    """Return the list: what stands out, then every metric."""
    drawn = _drawn(loaded.metrics, loaded.anomalies)
    found = Counter(item.metric_id for item in loaded.anomalies)
    return MetricListPage(
        anomalies=_standing_out(loaded),
        metrics=[
            metric_row(
                metric,
                loaded.series.get(metric.id, ()),
                anomalies=found[metric.id],
                unknown="no value yet" if metric.id in drawn else "open to see",
            )
            for metric in loaded.metrics
        ],
        may_detect=may(actor, Action.DETECT),
        may_import=may(actor, Action.IMPORT_METRICS),
        coverage=sentence(loaded.coverage),
        country=loaded.country,
        empty=_empty(loaded.metrics, loaded.anomalies),
        errors=[sentence(error) for error in errors],
    )


def _standing_out(loaded: Loaded) -> list[AnomalyRow]:
    known = {metric.id: metric for metric in loaded.metrics}
    return [
        anomaly_row(
            item,
            known.get(item.metric_id),
            state=loaded.states.of(item.id),
            reason=why([link for link in loaded.pairs if link.anomaly_id == item.id]),
            series=loaded.series.get(item.metric_id, ()) if not item.segment else (),
        )
        for item in loaded.anomalies
    ]


def _drawn(metrics: Sequence[Metric], anomalies: Sequence[Anomaly]) -> list[str]:
    """Return the metrics whose values are read: what moved, what is marked, then the first."""
    moved = [item.metric_id for item in anomalies]
    marked = [metric.id for metric in metrics if metric.mark]
    wanted = [*moved, *marked, *(metric.id for metric in metrics)]
    return list(dict.fromkeys(wanted))[:READ]


def _empty(metrics: Sequence[Metric], anomalies: Sequence[Anomaly]) -> Notice | None:
    if anomalies:
        return None
    if not metrics:
        return Notice(
            title="No metric yet",
            text="Import a CSV with the columns ts and value, or an export of Mixpanel, Amplitude, "
            "PostHog, GA4 or Prometheus, or the metric names of dbt.",
        )
    return Notice(
        title="No metric stands out",
        text=f"{counted(len(metrics), 'metric')} watched; none left its range, missed its target "
        "or differs between slices in the last run.",
    )
