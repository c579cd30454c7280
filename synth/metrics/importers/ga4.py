"""Reads Google Analytics 4: runReport answers (JSON), and CSVs that begin with '#' lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from synth.errors import InputError
from synth.metrics.importers.dated_table import Lines, add_table, read_lines
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.series_file import Cell, Cells, SeriesFile, Wanted, segment_name

#: Days for which GA4 still changes what it counted.
SETTLE_DAYS = 3

#: Dimensions that are times, the finest first.
TIMES = ("dateHourMinute", "dateHour", "date")

#: The unit of each metric type; a currency is named by the report.
UNITS = {
    "TYPE_INTEGER": "count",
    "TYPE_SECONDS": "seconds",
    "TYPE_MILLISECONDS": "milliseconds",
    "TYPE_MINUTES": "minutes",
    "TYPE_HOURS": "hours",
}
START = re.compile(r"#\s*Start date:\s*(\d{8})", re.IGNORECASE)


def is_report(document: object) -> bool:
    """Return whether a document is the answer of runReport."""
    found = mapping(document)
    return "metricHeaders" in found and "dimensionHeaders" in found


def read_json(file: str, document: object, wanted: Wanted) -> SeriesFile:
    """Return the series of a runReport answer with a date dimension.

    Raises:
        InputError: the report has no date dimension.
    """
    report = mapping(document)
    dimensions = [word(mapping(one).get("name")) for one in sequence(report["dimensionHeaders"])]
    metrics = [word(mapping(one).get("name")) for one in sequence(report["metricHeaders"])]
    time = next((name for name in TIMES if name in dimensions), None)
    if time is None:
        raise InputError(
            "the report has no date",
            file=file,
            found=", ".join(dimensions) or "no dimension",
            expected="the dimension date or dateHour",
        )
    zone = word(mapping(report.get("metadata")).get("timeZone")) or None
    alone = wanted.metric if len(metrics) == 1 else None
    names = [alone or name for name in metrics]
    own = Wanted(metric=wanted.metric, zone=wanted.zone or zone, breakdown=wanted.breakdown)
    cells = Cells(file, own)
    for place, row in enumerate(sequence(report.get("rows"))):
        for cell in _row(mapping(row), dimensions, names, time, f"rows[{place}]", cells):
            cells.add(cell)
    return cells.finish("ga4", settle_days=SETTLE_DAYS, units=_units(report, names))


def read_csv(file: str, text: str, wanted: Wanted) -> SeriesFile:
    """Return the series of every table with dates in a CSV; other tables are reported.

    Raises:
        InputError: no table has dates.
    """
    cells = Cells(file, wanted)
    tables = list(_tables(text))
    failures: list[InputError] = []
    for table, start in tables:
        dates = _nth_days(table, start) if start else None
        try:
            add_table(cells, file, table, wanted, dates=dates)
        except InputError as error:
            failures.append(error)
            line = table.rows[0][0]
            why = error.message.removeprefix(f"{file}:{line}: ")
            cells.problems.add(f"table left out: {why}", line=line)
    if not tables or len(failures) == len(tables):
        raise failures[0] if failures else InputError("no table", file=file, found="only comments")
    return cells.finish("ga4", settle_days=SETTLE_DAYS)


def _row(
    row: Mapping[str, Any],
    dimensions: Sequence[str],
    names: Sequence[str],
    time: str,
    at: str,
    cells: Cells,
) -> Iterator[Cell]:
    found = [word(mapping(one).get("value")) for one in sequence(row.get("dimensionValues"))]
    told = dict(zip(dimensions, found, strict=False))
    if told.get("dateRange", "date_range_0") != "date_range_0":
        cells.problems.add("a second date range is left out", line=at)
        return
    segment = {
        segment_name(name): value
        for name, value in told.items()
        if name not in (*TIMES, "dateRange") and value
    }
    values = [mapping(one).get("value") for one in sequence(row.get("metricValues"))]
    for number, (name, value) in enumerate(zip(names, values, strict=False)):
        place = f"{at}.metricValues[{number}]"
        yield Cell(at=place, metric=name, when=told[time], value=value, segment=segment)


def _units(report: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    currency = word(mapping(report.get("metadata")).get("currencyCode")) or "currency"
    types = [word(mapping(one).get("type")) for one in sequence(report["metricHeaders"])]
    known = {**UNITS, "TYPE_CURRENCY": currency}
    return {name: known[kind] for name, kind in zip(names, types, strict=False) if kind in known}


def _tables(text: str) -> Iterator[tuple[Lines, date | None]]:
    """Yield each block of lines between comments, with the start date said above it."""
    start: date | None = None
    block: list[str] = []
    first = 1
    for number, line in enumerate([*text.removeprefix("\ufeff").splitlines(), "#"], start=1):
        if not line.startswith("#") and line.strip():
            first = first if block else number
            block.append(line)
            continue
        if block:
            yield read_lines("\n".join(block), first_line=first), start
            block = []
        said = START.match(line)
        start = datetime.strptime(said[1], "%Y%m%d").date() if said else start  # noqa: DTZ007


def _nth_days(table: Lines, start: date) -> dict[str, str]:
    """Return the date of each "Nth day" of a report that begins at `start`."""
    if not table.header or not table.header[0].casefold().startswith("nth day"):
        return {}
    numbers = [row[0].strip() for _, row in table.rows[1:] if row[0].strip().isdigit()]
    return {one: (start + timedelta(days=int(one))).isoformat() for one in numbers}
