"""Metrics, their observations, values of people, and events."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from typing import Annotated

from fastapi import Path, Query

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.metrics import (
    EventFields,
    HolidaysGiven,
    HolidaysShown,
    ImportedShown,
    ImportFields,
    MetricGiven,
    MetricShown,
    Name,
    ObservationsGiven,
    ObservationShown,
    SeriesShown,
)
from api.uploads import Sent, SentBody, SentFile, body_schema
from synth.access import repo as access
from synth.errors import InputError, NotFound
from synth.metrics import actions, event_actions, repo
from synth.metrics.actions import redacted
from synth.metrics.holiday_actions import set_country
from synth.metrics.importing import import_metric_file
from synth.metrics.naming import by_mark
from synth.metrics.segments import parse_segment, segment_key
from synth.metrics.types import Imported, Metric
from synth.store.unit_of_work import UnitOfWork

router = guarded_router("metrics")

MetricName = Annotated[Name, Path()]
COLUMNS = ("ts", "value", "numerator", "denominator")


@router.get("/v1/metrics")
def list_metrics(context: ContextOf, paging: PagingOf) -> Page[MetricShown]:
    """List all metrics, marked ones first."""
    with context.reading() as uow:
        metrics = by_mark(repo.list_metrics(uow))
    return paging.cut([MetricShown.model_validate(each) for each in metrics], lambda each: each.id)


@router.put("/v1/metrics/{name}")
def put_metric(name: MetricName, given: MetricGiven, context: ContextOf) -> MetricShown:
    """Say what a metric is; the same twice changes nothing."""
    metric = actions.put_metric(context.services, context.actor, name=name, **given.model_dump())
    return MetricShown.model_validate(metric)


@router.post(
    "/v1/metrics/{name}/observations", openapi_extra=body_schema(payload=ObservationsGiven)
)
def add_observations(name: MetricName, sent: SentBody, context: ContextOf) -> ImportedShown:
    """Add values of one metric: JSON rows, or a CSV file."""
    file = _observations_file(sent)
    done = actions.import_observations(
        context.services, context.actor, filename=file.name, text=file.text, metric=name
    )
    return _imported(done)


@router.post("/v1/metrics/import", openapi_extra=body_schema())
def import_metrics(sent: SentBody, context: ContextOf) -> ImportedShown:
    """Import series of any format, metric names of dbt, or with `by=participant` people's values.

    Formats are told by content: tidy CSV, Mixpanel, Amplitude, PostHog, GA4, Prometheus, dbt.
    """
    fields = sent.checked_fields(ImportFields)
    file = sent.one_file() if sent.payload is None else _as_file(sent.payload)
    run = (
        actions.import_person_values
        if fields.by
        else partial(
            import_metric_file,
            format=fields.format,
            timezone=fields.timezone,
            breakdown=fields.slices,
        )
    )
    done = run(
        context.services,
        context.actor,
        filename=file.name,
        text=file.text,
        metric=fields.metric,
        unit=fields.unit,
        good=fields.good,
    )
    return _imported(done)


@router.get("/v1/holidays")
def show_holidays(context: ContextOf) -> HolidaysShown:
    """Say whose public holidays are not judged."""
    with context.reading() as uow:
        return HolidaysShown(country=access.country(uow))


@router.put("/v1/holidays")
def put_holidays(given: HolidaysGiven, context: ContextOf) -> HolidaysShown:
    """Say whose public holidays are not judged in metrics without a country of their own."""
    return HolidaysShown(country=set_country(context.services, context.actor, given.country))


@router.get("/v1/metrics/{name}/series")
def show_series(
    name: MetricName,
    context: ContextOf,
    segment: Annotated[str, Query(max_length=500, examples=["account_size:enterprise"])] = "",
) -> SeriesShown:
    """Show one slice over time: `segment=key:value`, several with commas; empty: everybody."""
    wanted = _read_segment(segment)
    with context.reading() as uow:
        metric = _find(uow, name)
        known = [parse_segment(each) for each in repo.segments_of(uow, metric.id)]
        found = repo.series(uow, metric.id, segment_key(wanted))
    return SeriesShown(
        metric=MetricShown.model_validate(metric),
        segment=wanted,
        segments=known,
        observations=[ObservationShown.model_validate(each) for each in found],
    )


@router.post("/v1/events", openapi_extra=body_schema())
def import_events(sent: SentBody, context: ContextOf) -> ImportedShown:
    """Import event rows of people: CSV, JSON lines or Parquet, whole or a piece of a file."""
    fields = sent.checked_fields(EventFields)
    file = sent.one_file()
    done = event_actions.import_events(
        context.services,
        context.actor,
        filename=file.name,
        content=file.data if file.data.startswith(event_actions.PARQUET) else file.text,
        lines_before=fields.lines_before,
    )
    return _imported(done)


def _as_file(document: object) -> SentFile:
    """Return a JSON body, the answer of an analytics tool, as the file it would be."""
    return SentFile(name="body", data=json.dumps(document).encode())


def _imported(done: Imported) -> ImportedShown:
    return ImportedShown.model_validate(redacted(done))


def _find(uow: UnitOfWork, name: str) -> Metric:
    metric = repo.find_metric(uow, name)
    if metric is None:
        raise NotFound(f"no metric {name} in this workspace")
    return metric


def _read_segment(text: str) -> dict[str, str]:
    pairs = [part.partition(":") for part in text.split(",") if part.strip()]
    if any(not colon or not key.strip() for key, colon, _ in pairs):
        raise InputError("a segment is `key:value`", found=text)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _observations_file(sent: Sent) -> SentFile:
    """Return the file sent, or the JSON rows as the CSV the importer reads and checks."""
    if sent.payload is None:
        return sent.one_file()
    rows = sent.checked_payload(ObservationsGiven).rows
    keys = sorted({key for row in rows for key in row.segment})
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([*COLUMNS, *(f"segment.{key}" for key in keys)])
    for row in rows:
        numbers = [row.value, row.numerator, row.denominator]
        slices = [row.segment.get(key, "") for key in keys]
        writer.writerow([row.ts.isoformat(), *numbers, *slices])
    return SentFile(name="body", data=table.getvalue().encode())
