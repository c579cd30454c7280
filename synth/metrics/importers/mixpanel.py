"""Reads Mixpanel: insights and segmentation answers of its query API (JSON), and report CSVs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synth.errors import InputError
from synth.metrics.importers.dated_table import read_dated_table
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.series_file import (
    Cell,
    Cells,
    SeriesFile,
    Wanted,
    segment_name,
)

#: Key of everybody beside the slices of a breakdown, and the name of the first header.
OVERALL, METRIC = "$overall", "$metric"

#: Columns of a CSV that name what a row is about.
METRIC_COLUMNS = ("$metric", "metric", "event", "event name")


def is_insights(document: object) -> bool:
    """Return whether a document is the answer of an insights query."""
    found = mapping(document)
    return isinstance(found.get("series"), dict) and ("headers" in found or "date_range" in found)


def is_segmentation(document: object) -> bool:
    """Return whether a document is the answer of a segmentation query."""
    data = mapping(mapping(document).get("data"))
    return isinstance(data.get("values"), dict) and isinstance(data.get("series"), list)


def read_json(file: str, document: object, wanted: Wanted) -> SeriesFile:
    """Return the series of an insights or a segmentation answer.

    Raises:
        InputError: it holds totals instead of values over time.
    """
    cells = Cells(file, wanted)
    if is_segmentation(document):
        for cell in _segmentation(mapping(mapping(document)["data"]), wanted):
            cells.add(cell)
    else:
        for cell in _insights(mapping(document), wanted):
            cells.add(cell)
    return cells.finish("mixpanel")


def read_csv(file: str, text: str, wanted: Wanted) -> SeriesFile:
    """Return the series of a report downloaded as CSV: a date column, and one per series."""
    return read_dated_table(file, text, wanted, format="mixpanel", naming=METRIC_COLUMNS)


def _segmentation(data: Mapping[str, Any], wanted: Wanted) -> Iterator[Cell]:
    """Yield values; several keys are slices where the metric is named, else metrics."""
    values = mapping(data["values"])
    sliced = wanted.metric is not None and len(values) > 1
    slice_ = wanted.breakdown[0] if wanted.breakdown else "series"
    for key, by_date in values.items():
        for date, value in mapping(by_date).items():
            yield Cell(
                at=f"data.values.{key}.{date}",
                metric=wanted.metric or key,
                when=date,
                value=value,
                segment={slice_: key} if sliced else {},
            )


def _insights(document: Mapping[str, Any], wanted: Wanted) -> Iterator[Cell]:
    headers = [word(header) for header in sequence(document.get("headers"))]
    names = wanted.breakdown or tuple(segment_name(name) for name in headers if name != METRIC)
    series = mapping(document["series"])
    several = len(series) > 1
    for metric, inner in series.items():
        name = metric if several or not wanted.metric else wanted.metric
        yield from _nested(name, inner, names, (), f"series.{metric}")


def _nested(
    metric: str, inner: object, names: tuple[str, ...], keys: tuple[str, ...], at: str
) -> Iterator[Cell]:
    """Yield the values below one key: an object per breakdown, the last one by date."""
    for key, value in mapping(inner).items():
        if isinstance(value, dict):
            yield from _nested(metric, value, names, (*keys, key), f"{at}.{key}")
            continue
        if key == "all":
            raise InputError(
                "a total instead of values over time",
                found=f"{at}.{key}",
                expected="the report as a line chart",
            )
        segment = {
            names[place] if place < len(names) else f"breakdown_{place + 1}": one
            for place, one in enumerate(keys)
            if one != OVERALL
        }
        yield Cell(at=f"{at}.{key}", metric=metric, when=key, value=value, segment=segment)
