"""Reads Amplitude: event segmentation answers (JSON), and chart CSVs with dates as columns."""

from __future__ import annotations

from collections.abc import Sequence

from synth.errors import InputError
from synth.metrics.importers.buckets import is_date
from synth.metrics.importers.dated_table import Lines, read_lines
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.series_file import Cell, Cells, SeriesFile, Wanted, segment_name

#: Date cells that make a row the header of a chart.
MIN_DATES = 2


def is_segmentation(document: object) -> bool:
    """Return whether a document is an answer of the event segmentation API."""
    data = mapping(mapping(document).get("data"))
    return isinstance(data.get("xValues"), list) and isinstance(data.get("series"), list)


def read_json(file: str, document: object, wanted: Wanted) -> SeriesFile:
    """Return the series of an event segmentation answer.

    Raises:
        InputError: the answer names no event, and nobody else does.
    """
    data = mapping(mapping(document)["data"])
    labels = sequence(data.get("seriesLabels"))
    dates = [word(one) for one in sequence(data["xValues"])]
    cells = Cells(file, wanted)
    events = {_event(label) for label in labels}
    for place, values in enumerate(sequence(data["series"])):
        label = labels[place] if place < len(labels) else ""
        metric, segment = _named(file, label, wanted, several=len(events) > 1)
        for day, value in enumerate(sequence(values)):
            at = f"data.series[{place}][{day}]"
            if day >= len(dates):
                cells.problems.add(f"no date in data.xValues[{day}]; found {value}", line=at)
                continue
            cells.add(Cell(at=at, metric=metric, when=dates[day], value=value, segment=segment))
    return cells.finish("amplitude")


def is_chart(lines: Lines) -> bool:
    """Return whether a table has a row whose cells are dates: the header of a chart."""
    return _header_at(lines) is not None


def read_csv(file: str, text: str, wanted: Wanted, *, format: str = "amplitude") -> SeriesFile:
    """Return the series of a chart: rows above the one with the dates are its title.

    Raises:
        InputError: no row holds dates.
    """
    table = read_lines(text)
    place = _header_at(table)
    if place is None:
        raise InputError(
            "no row of dates", file=file, line=1, expected="a header with one date per column"
        )
    header = [_plain(cell) for cell in table.rows[place][1]]
    first = next(number for number, cell in enumerate(header) if is_date(cell))
    cells = Cells(file, wanted)
    for line, found in table.rows[place + 1 :]:
        row = [_plain(cell) for cell in found]
        metric, segment = _labels(header[:first], row[:first], wanted)
        for name, value in zip(header[first:], row[first:], strict=False):
            if name:
                cells.add(Cell(at=line, metric=metric, when=name, value=value, segment=segment))
    return cells.finish(format)


def _header_at(table: Lines) -> int | None:
    return next(
        (
            place
            for place, (_, row) in enumerate(table.rows)
            if sum(is_date(_plain(cell)) for cell in row) >= MIN_DATES
        ),
        None,
    )


def _plain(cell: str) -> str:
    """Return a cell without the tab that keeps spreadsheets from reading it as a formula."""
    return cell.strip().strip("\t").strip()


def _labels(
    header: Sequence[str], row: Sequence[str], wanted: Wanted
) -> tuple[str, dict[str, str]]:
    """Return metric and slice of a row: the first label is the event, unless the metric is named.

    With a metric named and one label column, the label is the slice.
    """
    labels = {segment_name(name or "series"): cell for name, cell in zip(header, row, strict=False)}
    names = list(labels)
    if len(names) > 1 or not wanted.metric:
        event = labels.pop(names[0]) if names else ""
        event = wanted.metric if wanted.metric and len(names) > 1 else event
    else:
        event = wanted.metric
    renamed = dict(zip(wanted.breakdown or labels, labels.values(), strict=False))
    return event or "", {name: value for name, value in renamed.items() if value}


def _event(label: object) -> object:
    return label[0] if isinstance(label, list) and label else 0


def _named(
    file: str, label: object, wanted: Wanted, *, several: bool
) -> tuple[str, dict[str, str]]:
    """Return metric and slice of a series labelled "event", or [number of the event, slice]."""
    slice_ = wanted.breakdown[0] if wanted.breakdown else "segment"
    if not isinstance(label, list):
        name = word(label)
        sliced = {slice_: name} if wanted.metric and name else {}
        metric = wanted.metric or name
    else:
        name = word(label[1]) if len(label) > 1 else ""
        sliced = {slice_: name} if name else {}
        metric = wanted.metric or ""
        metric = f"{metric} {int(label[0]) + 1}" if metric and several else metric
    if not metric:
        raise InputError(
            "the file does not name its event", file=file, expected="--metric NAME with it"
        )
    return metric, sliced
