"""SQL of metrics, their values and events; anomalies are in `anomaly_repo`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select

from synth.errors import InputError, NotFound
from synth.metrics.anomaly_repo import (
    anomaly_people,
    list_anomalies,
    load_anomaly,
    replace_anomalies,
)
from synth.metrics.segments import EVERYBODY, describe_segment, parse_segment, segment_key
from synth.metrics.types import Good, Mark, Metric, Observation, PersonValue
from synth.people import repo as people
from synth.store.tables.metrics import (
    metric_imports,
    metrics,
    observations,
    person_values,
)
from synth.store.unit_of_work import UnitOfWork

__all__ = [
    "ImportRecord",
    "add_import",
    "all_series",
    "anomaly_people",
    "find_metric",
    "list_anomalies",
    "list_imports",
    "list_metrics",
    "load_anomaly",
    "load_metric",
    "observation_row",
    "person_row",
    "person_values_of",
    "put_observations",
    "put_person_values",
    "replace_anomalies",
    "save_metric",
    "segments_of",
    "series",
]

#: The time of a value that has none; a key column cannot be empty.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def list_metrics(uow: UnitOfWork) -> list[Metric]:
    """Return all metrics by name."""
    return [_metric(row) for row in uow.rows(_metrics(uow).order_by(metrics.c.name))]


def find_metric(uow: UnitOfWork, name: str) -> Metric | None:
    """Return the metric of this name, or None."""
    row = uow.row(_metrics(uow).where(metrics.c.name == name))
    return _metric(row) if row else None


def load_metric(uow: UnitOfWork, metric_id: str) -> Metric:
    """Return a metric by id; raises NotFound."""
    row = uow.row(_metrics(uow).where(metrics.c.id == metric_id))
    if row is None:
        raise NotFound(f"no metric {metric_id}; list them with `synth metrics ls`")
    return _metric(row)


def save_metric(uow: UnitOfWork, metric: Metric, now: datetime) -> None:
    """Insert the metric, or overwrite what it says."""
    row = {
        "id": metric.id,
        "name": metric.name,
        "description": metric.description,
        "unit": metric.unit,
        "good": metric.good,
        "target": metric.target,
        "exposure_event": metric.exposure_event,
        "outcome_event": metric.outcome_event,
        "settle_days": metric.settle_days,
        "computed_from": metric.computed_from,
        "source_names": list(metric.source_names),
        "mark": metric.mark,
        "country": metric.country,
    }
    uow.insert_missing(metrics, [{**row, "created_at": now}])
    uow.execute(
        metrics.update()
        .where(metrics.c.workspace_id == uow.workspace_id, metrics.c.id == metric.id)
        .values(**row)
    )


def series(uow: UnitOfWork, metric_id: str, segment: str = EVERYBODY) -> list[Observation]:
    """Return one slice's observations in time order; `segment` is its canonical JSON.

    Raises:
        InputError: the metric was never measured for this slice.
    """
    rows = uow.rows(
        _observations(uow, metric_id)
        .where(observations.c.segment == segment)
        .order_by(observations.c.ts)
    )
    if not rows and segment != EVERYBODY:
        known = [describe_segment(parse_segment(key)) for key in segments_of(uow, metric_id)]
        raise InputError(
            "unknown segment", found=segment, expected="one of: " + ("; ".join(known) or "none")
        )
    return [_observation(row) for row in rows]


def series_of(uow: UnitOfWork, metric_ids: Collection[str]) -> dict[str, list[Observation]]:
    """Return everybody's observations of several metrics in time order, by metric."""
    statement = (
        select(observations)
        .where(
            observations.c.workspace_id == uow.workspace_id,
            observations.c.metric_id.in_(sorted(metric_ids)),
            observations.c.segment == EVERYBODY,
        )
        .order_by(observations.c.ts)
    )
    found: dict[str, list[Observation]] = {}
    for row in uow.rows(statement):
        found.setdefault(row["metric_id"], []).append(_observation(row))
    return found


def all_series(uow: UnitOfWork, metric_id: str) -> dict[str, list[Observation]]:
    """Return every slice's observations in time order, by the slice's canonical JSON."""
    found: dict[str, list[Observation]] = {}
    for row in uow.rows(_observations(uow, metric_id).order_by(observations.c.ts)):
        found.setdefault(row["segment"], []).append(_observation(row))
    return found


def segments_of(uow: UnitOfWork, metric_id: str) -> list[str]:
    """Return the slices a metric was measured for, as canonical JSON, everybody first."""
    statement = (
        select(observations.c.segment)
        .where(
            observations.c.workspace_id == uow.workspace_id,
            observations.c.metric_id == metric_id,
        )
        .distinct()
    )
    return sorted((row["segment"] for row in uow.rows(statement)), key=lambda k: (k != "{}", k))


def put_observations(
    uow: UnitOfWork, metric_id: str, found: Sequence[Observation]
) -> tuple[int, int]:
    """Store observations; return how many were new and how many replaced another value."""
    known = {
        (key, item.ts): (item.value, item.numerator, item.denominator)
        for key, items in all_series(uow, metric_id).items()
        for item in items
    }
    rows: list[dict[str, Any]] = []
    added = 0
    for item in found:
        key = (segment_key(item.segment), item.ts)
        values = (item.value, item.numerator, item.denominator)
        if known.get(key) == values:
            continue
        added += key not in known
        rows.append(observation_row(metric_id, item))
    uow.upsert(observations, rows)
    return added, len(rows) - added


def person_values_of(uow: UnitOfWork, metric_id: str) -> list[PersonValue]:
    """Return the values given person by person; of a united person, those of all its ids."""
    values = _recorded_values(uow, metric_id)
    roots = people.united(uow, (value.participant_id for value in values))
    own = [
        replace(one, participant_id=roots.get(one.participant_id, one.participant_id))
        for one in values
    ]
    return sorted(own, key=lambda one: (one.participant_id, one.ts or NO_TIME))


def _recorded_values(uow: UnitOfWork, metric_id: str) -> list[PersonValue]:
    statement = (
        select(person_values)
        .where(
            person_values.c.workspace_id == uow.workspace_id,
            person_values.c.metric_id == metric_id,
        )
        .order_by(person_values.c.participant_id, person_values.c.ts)
    )
    return [_person_value(row) for row in uow.rows(statement)]


def put_person_values(
    uow: UnitOfWork, metric_id: str, found: Sequence[PersonValue]
) -> tuple[int, int]:
    """Store values per person; return how many were new and how many replaced another value."""
    known = {(v.participant_id, v.ts): v for v in _recorded_values(uow, metric_id)}
    changed = [value for value in found if known.get((value.participant_id, value.ts)) != value]
    uow.upsert(
        person_values,
        (person_row(metric_id, value) for value in changed),
    )
    added = sum((value.participant_id, value.ts) not in known for value in changed)
    return added, len(changed) - added


@dataclass(frozen=True, kw_only=True)
class ImportRecord:
    """What one imported file did, kept."""

    id: str
    filename: str
    kind: str  #: "observations", "person_values" or "events"
    sha256: str
    rows: int
    added: int
    changed: int
    problems: Sequence[str]
    imported_by: str
    imported_at: datetime


def add_import(uow: UnitOfWork, record: ImportRecord) -> None:
    """Keep what an import did; the newest word on the same file stands."""
    row = {name: getattr(record, name) for name in ImportRecord.__dataclass_fields__}
    uow.upsert(metric_imports, [{**row, "problems": list(record.problems)}])


def list_imports(uow: UnitOfWork, *, limit: int = 50) -> list[ImportRecord]:
    """Return the newest imports first."""
    statement = (
        select(metric_imports)
        .where(metric_imports.c.workspace_id == uow.workspace_id)
        .order_by(metric_imports.c.imported_at.desc(), metric_imports.c.id)
        .limit(limit)
    )
    fields = ImportRecord.__dataclass_fields__
    return [ImportRecord(**{name: row[name] for name in fields}) for row in uow.rows(statement)]


def _metrics(uow: UnitOfWork) -> Select[Any]:
    return select(metrics).where(metrics.c.workspace_id == uow.workspace_id)


def _observations(uow: UnitOfWork, metric_id: str) -> Select[Any]:
    return select(observations).where(
        observations.c.workspace_id == uow.workspace_id, observations.c.metric_id == metric_id
    )


def _metric(row: RowMapping) -> Metric:
    return Metric(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        unit=row["unit"],
        good=Good(row["good"]),
        target=row["target"],
        exposure_event=row["exposure_event"],
        outcome_event=row["outcome_event"],
        settle_days=row["settle_days"],
        computed_from=row["computed_from"],
        source_names=tuple(row["source_names"] or ()),
        mark=Mark(row["mark"]) if row["mark"] else None,
        country=row["country"],
    )


def _observation(row: RowMapping) -> Observation:
    return Observation(
        ts=row["ts"],
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        segment=parse_segment(row["segment"]),
    )


def observation_row(metric_id: str, item: Observation) -> dict[str, Any]:
    """Return the row that holds an observation."""
    return {
        "metric_id": metric_id,
        "ts": item.ts,
        "segment": segment_key(item.segment),
        "value": item.value,
        "numerator": item.numerator,
        "denominator": item.denominator,
    }


def person_row(metric_id: str, value: PersonValue) -> dict[str, Any]:
    """Return the row that holds a value of one person."""
    return {
        "metric_id": metric_id,
        "participant_id": value.participant_id,
        "ts": value.ts or NO_TIME,
        "value": value.value,
        "target": value.target,
    }


def _person_value(row: RowMapping) -> PersonValue:
    return PersonValue(
        participant_id=row["participant_id"],
        ts=None if row["ts"] == NO_TIME else row["ts"],
        value=row["value"],
        target=row["target"],
    )
