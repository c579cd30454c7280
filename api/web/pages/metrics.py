"""Metrics: what stands out, all of them, one metric with its slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote as quoted

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web import charts
from api.web.contexts import MetricListPage, MetricPage, MetricRow
from api.web.coverage import coverage_words
from api.web.format import (
    counted,
    day,
    measure,
    metric_title,
    people,
    sentence,
    slice_words,
)
from api.web.framing import make_frame
from api.web.link_parts import link_card
from api.web.metric_contexts import MetricForm
from api.web.part_contexts import Notice, Option, StateTag
from api.web.parts import anomaly_row, anomaly_state, points, recent
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import MOST_PROBLEMS, read_text
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.core.ids import new_id
from synth.errors import InputError, NotFound
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.insights import repo as insights
from synth.jobs import queue
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo
from synth.metrics.calendars import closed_days
from synth.metrics.importing import import_metric_file
from synth.metrics.naming import by_mark
from synth.metrics.segments import EVERYBODY, parse_segment
from synth.metrics.types import Anomaly, Mark, Metric, Observation
from synth.people import repo as people_repo
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

router = APIRouter()

ABOVE = (("Metrics", "/metrics"),)
#: Slices and sparks that are drawn: what a page can ask the database.
SLICES = 6
SPARKS = 4
HOLIDAYS = 6
MARKS = {Mark.NORTH_STAR: "North Star", Mark.TOP: "Top 10"}


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
        row=_metric_row(metric, overall, len(anomalies)),
        chart=charts.series_chart(
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


class States:
    """What waits for review and what was approved, read once for a page."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.queue = hypotheses.list_hypotheses(uow, state=State.IN_REVIEW)
        self.insights = insights.list_insights(uow)
        self._drafted = {item.anomaly_id for item in self.queue}
        self._explained = {item.anomaly_id for item in self.insights}

    def of(self, anomaly_id: str) -> StateTag:
        """Return the state of an anomaly."""
        return anomaly_state(anomaly_id, self._drafted, self._explained)


def why(pairs: Sequence[Link]) -> str:
    """Return who names what, in people, or that nothing is linked: never a cause."""
    linked = [link for link in pairs if link.is_linked]
    if not linked:
        return "no theme is linked to it yet" if pairs else "no theme was tested against it yet"
    first = link_card(linked[0])
    more = f"; {len(linked) - 1} more linked" if len(linked) > 1 else ""
    heard = people(first.hit.share, "people hit").replace(" %", "\N{NO-BREAK SPACE}%")
    return f"{heard} speak about “{linked[0].theme_title}”{more}"


def slice_charts(
    metric: Metric, found: Mapping[str, Sequence[Observation]]
) -> list[tuple[str, charts.SeriesChart]]:
    """Return a small line per slice, all on one scale."""
    slices = {key: series for key, series in found.items() if key != EVERYBODY}
    values = [item.value for series in slices.values() for item in series]
    drawn = []
    for key in sorted(slices)[:SLICES]:
        name = slice_words(parse_segment(key))
        chart = charts.series_chart(
            name,
            points(slices[key]),
            metric.unit,
            compact=True,
            levels=recent(slices[key], metric.unit),
            scale=(min(values), max(values)),
        )
        if chart is not None:
            drawn.append((name, chart))
    return drawn


def metric_href(name: str) -> str:
    """Return the address of a metric's page."""
    return f"/metrics/{quoted(name, safe='')}"


def list_page(
    request: Request, visitor: Visitor, services: Services, *, errors: Sequence[str] = ()
) -> Response:
    """Show the list of metrics, and what could not be done."""
    with services.reading(visitor.workspace_id) as uow:
        metrics = by_mark(repo.list_metrics(uow))
        country = access.country(uow)
        anomalies = repo.list_anomalies(uow)
        pairs = links_repo.list_links(uow)
        marked = [metric.id for metric in metrics if metric.mark]
        moved = [item.metric_id for item in anomalies]
        wanted = [*moved[:SPARKS], *marked, *(metric.id for metric in metrics)]
        first = list(dict.fromkeys(wanted))[: SPARKS + min(len(marked), 2)]
        series = {metric_id: repo.series(uow, metric_id) for metric_id in first}
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
            _metric_row(
                metric,
                series.get(metric.id, ()),
                sum(item.metric_id == metric.id for item in anomalies),
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


def _metric_row(metric: Metric, series: Sequence[Observation], anomalies: int) -> MetricRow:
    now = recent(series, metric.unit)
    return MetricRow(
        name=metric_title(metric.name),
        href=metric_href(metric.name),
        description=metric.description,
        good=f"good is {metric.good.value}",
        target=f"target {measure(metric.target, metric.unit)}" if metric.target is not None else "",
        last=f"{now[0].text}, 28 days to {day(series[-1].ts, year=True)}" if now else "",
        anomalies=anomalies,
        spark=charts.spark(points(series)),
        mark=MARKS[metric.mark] if metric.mark else "",
    )
