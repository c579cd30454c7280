"""Reads tidy metric series: `metric,ts,value,numerator,denominator,segment.*`."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

from synth.errors import InputError
from synth.metrics.importers.buckets import Buckets
from synth.metrics.importers.series_file import SeriesFile, SeriesRow, without_repeats
from synth.metrics.importers.table import (
    Problems,
    Row,
    needed_text,
    number,
    parse_rows,
    read_table,
)
from synth.metrics.segments import segment_key
from synth.metrics.types import Observation

SEGMENT = "segment."


def read_observations(
    file: str, text: str, *, metric: str | None = None, zone: str | None = None
) -> SeriesFile:
    """Return the observations of a tidy CSV; the metric column may be left out if `metric` is set.

    Times without an offset are of `zone`, else UTC.

    Raises:
        InputError: the header cannot be used, or no metric is named.
    """
    table = read_table(
        file,
        text,
        required=["ts"] if metric else ["metric", "ts"],
        optional=["value", "numerator", "denominator", *(["metric"] if metric else [])],
        prefixes=[SEGMENT],
    )
    problems = Problems(file)
    buckets = Buckets((row.cells.get("ts", "") for row in table), zone)
    parsed = parse_rows(table, problems, lambda row: _named_observation(row, metric, buckets))
    rows = [
        SeriesRow(line=line, metric=name, observation=observation)
        for line, (name, observation) in parsed
    ]
    return SeriesFile(rows=len(table), usable=without_repeats(rows, problems), problems=problems)


def _name(row: Row, metric: str | None) -> str:
    return row.cells.get("metric") or metric or needed_text(row.cells, "metric")


def _named_observation(row: Row, metric: str | None, buckets: Buckets) -> tuple[str, Observation]:
    name = _name(row, metric)
    return name, _observation(row, name, buckets)


def _observation(row: Row, name: str, buckets: Buckets) -> Observation:
    numerator, denominator = number(row.cells, "numerator"), number(row.cells, "denominator")
    if (numerator is None) != (denominator is None):
        raise InputError("numerator and denominator go together", found="only one of them")
    segment = {
        column.removeprefix(SEGMENT): value
        for column, value in row.cells.items()
        if column.startswith(SEGMENT) and value
    }
    return Observation(
        ts=buckets.read(row.cells.get("ts", ""), (name, segment_key(segment))),
        value=_value(row.cells, numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        segment=segment,
    )


def _value(cells: Mapping[str, str], numerator: float | None, denominator: float | None) -> float:
    """Return the value given, checked against its counts, or the ratio of the counts."""
    value = number(cells, "value")
    if numerator is None or denominator is None:
        if value is None:
            raise InputError("no value", expected="value, or numerator and denominator")
        return value
    if denominator <= 0 or numerator < 0:
        raise InputError(
            "counts make no ratio",
            found=f"{numerator:g}/{denominator:g}",
            expected="0 or more / 1+",
        )
    ratio = numerator / denominator
    if value is None:
        return ratio
    # A share may be written in percent; rounding to two digits of a percent is normal.
    if not any(
        isclose(value, ratio * unit, rel_tol=0.02, abs_tol=0.006 * unit) for unit in (1, 100)
    ):
        raise InputError(
            "value is not numerator / denominator", found=f"{value:g}", expected=f"{ratio:g}"
        )
    return value
