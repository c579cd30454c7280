"""Reads range queries of Prometheus as JSON: one series per set of labels."""

from __future__ import annotations

from datetime import UTC, datetime

from synth.errors import InputError
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.series_file import Cell, Cells, SeriesFile, Wanted

NAME = "__name__"


def is_answer(document: object) -> bool:
    """Return whether a document is an answer of the query API."""
    found = mapping(document)
    data = mapping(found.get("data"))
    return "status" in found and ("resultType" in data or found.get("status") == "error")


def read_json(file: str, document: object, wanted: Wanted) -> SeriesFile:
    """Return the series of a matrix; NaN and infinite values are reported, gaps stay missing.

    Raises:
        InputError: it is an error, or no range query.
    """
    found = mapping(document)
    data = mapping(found.get("data"))
    if data.get("resultType") != "matrix":
        raise InputError(
            "no values over time",
            file=file,
            found=word(found.get("error")) or f"resultType {word(data.get('resultType'))}",
            expected="the answer of query_range, resultType matrix",
        )
    cells = Cells(file, wanted)
    for place, series in enumerate(sequence(data.get("result"))):
        labels = {name: word(value) for name, value in mapping(mapping(series)["metric"]).items()}
        metric = wanted.metric or labels.get(NAME, "")
        segment = {name: value for name, value in labels.items() if name != NAME and value}
        if mapping(series).get("histograms"):
            at = f"data.result[{place}].histograms"
            cells.problems.add("histograms are left out; query a quantile of them", line=at)
        for number, pair in enumerate(sequence(mapping(series).get("values"))):
            at = f"data.result[{place}].values[{number}]"
            when = _moment(pair)
            if when is None:
                cells.problems.add("no [seconds, value]", line=at)
                continue
            cells.add(Cell(at=at, metric=metric, when=when, value=pair[1], segment=segment))
    return cells.finish("prometheus")


def _moment(pair: object) -> datetime | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    try:
        return datetime.fromtimestamp(float(pair[0]), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
