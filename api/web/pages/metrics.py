"""Metrics: what stands out, all of them, one metric with its slices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web.charts import series_chart
from api.web.contexts import MetricListPage, MetricPage
from api.web.coverage import coverage_words
from api.web.format import (
    counted,
    day,
    metric_title,
    sentence,
)
from api.web.framing import make_frame
from api.web.metric_charts import points, recent, slice_charts
from api.web.metric_contexts import MetricForm
from api.web.metric_parts import MARKS, States, metric_row, why
from api.web.part_contexts import Notice, Option
from api.web.parts import anomaly_row
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import MOST_PROBLEMS, read_text
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.core.ids import new_id
from synth.errors import InputError, NotFound
from synth.jobs import queue
from synth.links import repo as links_repo
from synth.metrics import repo
from synth.metrics.calendars import closed_days
from synth.metrics.importing import import_metric_file
from synth.metrics.naming import by_mark
from synth.metrics.segments import EVERYBODY
from synth.metrics.types import Anomaly, Metric, Observation
from synth.people import repo as people_repo
from synth.services import Services

router = APIRouter()

ABOVE = (("Metrics", "/metrics"),)
#: Metrics whose values are read for the list.
READ = 40
HOLIDAYS = 6


@router.get("/metrics")
def list_metrics(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List what moved, then every metric."""
    return list_page(request, visitor, services)


@router.post("/metrics/import")
def import_series(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[UploadFile | None, File()] = None,
    metric: Annotated[str, Form(max_length=200)] = "",
    unit: Annotated[str, Form(max_length=32)] = "",
    good: Annotated[str, Form(max_length=8)] = "",
    timezone: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Import a metric file of any tool; what cannot be used is said on the form."""
    try:
        filename, text = read_text(file)
        found = import_metric_file(
            services,
            sender.actor,
            filename=filename,
            text=text,
            metric=metric.strip() or None,
            unit=unit.strip() or None,
            good=good or None,
            timezone=timezone.strip() or None,
        )
    except InputError as error:
        return list_page(request, sender, services, errors=(error.message,))
    if found.problems:
        return list_page(request, sender, services, errors=found.problems[:MOST_PROBLEMS])
    return RedirectResponse("/metrics?done=imported", status_code=303)


@router.post("/metrics/detect")
def detect(sender: Sending, services: Serving) -> Response:
    """Start a job that looks for anomalies and tests them against the themes."""
    require(sender.actor, Action.DETECT)
    with services.writing(sender.workspace_id) as uow:
        job = queue.submit(
            services,
            uow,
            kind="anomalies",
            arguments={"run_id": new_id()},
            created_by=sender.actor.member.id,
        )
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.get("/metrics/{name:path}")
def show_metric(request: Request, visitor: Visiting, services: Serving, name: str) -> Response:
    """Show one metric: its line, its slices on one scale, its anomalies."""
    return metric_page(request, visitor, services, name)


def metric_page(
    request: Request,
    visitor: Visitor,
    services: Services,
    name: str,
    *,
    errors: Sequence[str] = (),
) -> Response:
    """Show one metric, and what could not be said of it."""
    with services.reading(visitor.workspace_id) as uow:
        metric = repo.find_metric(uow, name)
        if metric is None:
            raise NotFound(f'no metric "{name[:80]}": the list of metrics has them all')
        found = repo.all_series(uow, metric.id)
        anomalies = [item for item in repo.list_anomalies(uow) if item.metric_id == metric.id]
        states = States(uow)
        country = metric.country or access.country(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=metric_title(metric.name),
            section="metrics",
            crumbs=ABOVE,
            to_review=len(states.queue),
        )
    overall = found.get(EVERYBODY, [])
    page = MetricPage(
        row=metric_row(metric, overall, anomalies=len(anomalies)),
        chart=series_chart(
            f"{metric_title(metric.name)} over time",
            points(overall),
            metric.unit,
            target=metric.target,
            levels=recent(overall, metric.unit),
        ),
        slices=slice_charts(metric, found),
        anomalies=[
            anomaly_row(item, metric, state=states.of(item.id), reason=item.reason)
            for item in anomalies
        ],
        holidays=_holidays(country, found),
        form=_form(metric) if visitor.may(Action.IMPORT_METRICS) else None,
        errors=[sentence(error) for error in errors],
    )
    return render(request, "metric.html", page, frame, status=422 if errors else 200)


def _holidays(country: str | None, found: Mapping[str, Sequence[Observation]]) -> str:
    """Return which days of a metric are not judged; "" where none are."""
    closed = list(closed_days(country, found).items())
    if not closed:
        return ""
    shown = [f"{name} ({day(at)})" for at, name in closed[-HOLIDAYS:]]
    more = f" and {len(closed) - HOLIDAYS} before" if len(closed) > HOLIDAYS else ""
    return f"not judged, as holidays of {country}: {', '.join(shown)}{more}"


def _form(metric: Metric) -> MetricForm:
    marks = [
        Option(value=mark, label=words, is_chosen=mark == (metric.mark or ""))
        for mark, words in [("", "none"), *MARKS.items()]
    ]
    return MetricForm(
        name=metric.name,
        description=metric.description,
        unit=metric.unit,
        good=metric.good.value,
        target="" if metric.target is None else f"{metric.target:g}",
        marks=marks,
        settle_days=metric.settle_days,
        country=metric.country or "",
        source_names="\n".join(metric.source_names),
    )


def list_page(
    request: Request, visitor: Visitor, services: Services, *, errors: Sequence[str] = ()
) -> Response:
    """Show the list of metrics, and what could not be done."""
    with services.reading(visitor.workspace_id) as uow:
        metrics = by_mark(repo.list_metrics(uow))
        country = access.country(uow)
        anomalies = repo.list_anomalies(uow)
        pairs = links_repo.list_links(uow)
        drawn = _drawn(metrics, anomalies)
        series = repo.series_of(uow, drawn)
        states = States(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title="Metrics",
            section="metrics",
            to_review=len(states.queue),
        )
        coverage = coverage_words(people_repo.coverage(uow))
    known = {metric.id: metric for metric in metrics}
    found = Counter(item.metric_id for item in anomalies)
    page = MetricListPage(
        anomalies=[
            anomaly_row(
                item,
                known.get(item.metric_id),
                state=states.of(item.id),
                reason=why([link for link in pairs if link.anomaly_id == item.id]),
                series=series.get(item.metric_id, ()) if not item.segment else (),
            )
            for item in anomalies
        ],
        metrics=[
            metric_row(
                metric,
                series.get(metric.id, ()),
                anomalies=found[metric.id],
                unknown="no value yet" if metric.id in drawn else "open to see",
            )
            for metric in metrics
        ],
        may_detect=visitor.may(Action.DETECT),
        may_import=visitor.may(Action.IMPORT_METRICS),
        coverage=sentence(coverage),
        country=country or "",
        empty=_empty(metrics, anomalies),
        errors=[sentence(error) for error in errors],
    )
    return render(request, "metrics.html", page, frame, status=422 if errors else 200)


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
