"""Metrics: what stands out, all of them, one metric with its slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web import metric_list_page
from api.web.charts import series_chart
from api.web.contexts import MetricPage
from api.web.format import (
    day,
    metric_title,
    sentence,
)
from api.web.framing import make_frame
from api.web.metric_charts import points, recent, slice_charts
from api.web.metric_contexts import MetricForm
from api.web.metric_parts import MARKS, States, metric_row
from api.web.part_contexts import Option
from api.web.parts import anomaly_row
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import MOST_PROBLEMS, read_text
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.core.ids import new_id
from synth.errors import InputError, NotFound
from synth.jobs import queue
from synth.metrics import repo
from synth.metrics.calendars import closed_days
from synth.metrics.importing import import_metric_file
from synth.metrics.segments import EVERYBODY
from synth.metrics.types import Metric, Observation
from synth.services import Services

router = APIRouter()

ABOVE = (("Metrics", "/metrics"),)
#: Holidays of a metric that are named.
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
        loaded = metric_list_page.load(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title="Metrics",
            section="metrics",
            to_review=len(loaded.states.queue),
        )
    page = metric_list_page.make_page(loaded, visitor.actor, errors=errors)
    return render(request, "metrics.html", page, frame, status=422 if errors else 200)
