"""Reads a CSV with one date column: numbers are metrics, other columns are slices."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synth.errors import InputError
from synth.metrics.importers.buckets import is_date
from synth.metrics.importers.series_file import (
    Cell,
    Cells,
    SeriesFile,
    Wanted,
    read_value,
    segment_name,
)

#: Words a date column begins with, in the exports seen.
DATE_WORDS = ("date", "day", "time", "hour", "week", "month", "nth")

#: What the date cell of a row of totals says.
TOTALS = ("", "total", "totals", "grand total")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A table within a file: its rows with their line numbers, the header first."""

    rows: Sequence[tuple[int, list[str]]]

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""
        return [cell.strip() for cell in self.rows[0][1]]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What the columns of a table are, as positions."""

    date: int
    metric: int | None  #: names the metric of a row
    slices: tuple[int, ...]
    values: tuple[int, ...]


def read_lines(text: str, *, first_line: int = 1) -> Lines:
    """Return the rows of a CSV that hold anything."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    rows = [(first_line + reader.line_num - 1, cells) for cells in reader if any(cells)]
    return Lines(rows=rows)


def read_dated_table(
    file: str, text: str, wanted: Wanted, *, format: str, naming: Sequence[str] = ()
) -> SeriesFile:
    """Return the series of a CSV with one date column.

    Raises:
        InputError: there is no date column, or no column of numbers.
    """
    cells = Cells(file, wanted)
    add_table(cells, file, read_lines(text), wanted, naming=naming)
    return cells.finish(format)


def add_table(
    cells: Cells,
    file: str,
    table: Lines,
    wanted: Wanted,
    *,
    naming: Sequence[str] = (),
    dates: Mapping[str, str] | None = None,
) -> None:
    """Add the values of a table; `dates` says which date a label stands for, where it is none.

    Raises:
        InputError: the table is empty, or has no date column or no column of numbers.
    """
    if not table.rows:
        raise InputError("no header", file=file, line=1, found="an empty file")
    columns = _columns(file, table, wanted, naming)
    header = table.header
    for line, found in table.rows[1:]:
        row = [cell.strip() for cell in found] + [""] * (len(header) - len(found))
        if row[columns.date].casefold() in TOTALS and _is_total(row):
            continue
        when = (dates or {}).get(row[columns.date], row[columns.date])
        segment = {
            segment_name(header[place]): row[place] for place in columns.slices if row[place]
        }
        for place in columns.values:
            metric = _metric(header, row, columns, place, wanted)
            cells.add(Cell(at=line, metric=metric, when=when, value=row[place], segment=segment))


def _is_total(row: Sequence[str]) -> bool:
    return any("total" in cell.casefold() for cell in row)


def _metric(
    header: Sequence[str], row: Sequence[str], columns: Columns, place: int, wanted: Wanted
) -> str:
    alone = len(columns.values) == 1
    if columns.metric is not None and alone:
        return row[columns.metric]
    return wanted.metric if wanted.metric and alone else header[place]


def _columns(file: str, table: Lines, wanted: Wanted, naming: Sequence[str]) -> Columns:
    header = table.header
    date = next((place for place, name in enumerate(header) if _is_date_column(name)), None)
    if date is None:
        raise InputError(
            "no date column",
            file=file,
            line=table.rows[0][0],
            found=", ".join(header)[:200],
            expected="a column Date",
        )
    body = [row for _, row in table.rows[1:]]
    others = [place for place in range(len(header)) if place != date and header[place]]
    metric = next((place for place in others if header[place].casefold() in naming), None)
    said = {segment_name(name) for name in wanted.breakdown}
    values = [
        place
        for place in others
        if place != metric and segment_name(header[place]) not in said and _are_numbers(body, place)
    ]
    if not values:
        raise InputError(
            "no column of numbers",
            file=file,
            line=table.rows[0][0],
            found=", ".join(header)[:200],
            expected="a date column and one column of values per metric",
        )
    slices = tuple(place for place in others if place not in values and place != metric)
    return Columns(date=date, metric=metric, slices=slices, values=tuple(values))


def _is_date_column(name: str) -> bool:
    return bool(name) and (name.casefold().split() or [""])[0].rstrip(".") in DATE_WORDS


def _are_numbers(body: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether most cells are numbers: a bad one is a problem, not a slice."""
    known = [row[place].strip() for row in body if place < len(row) and row[place].strip()]
    good = sum(_is_number(cell) for cell in known)
    return bool(known) and good * 2 > len(known) and not all(map(is_date, known))


def _is_number(text: str) -> bool:
    try:
        read_value(text)
    except InputError:
        return text.casefold() in ("nan", "inf", "-inf", "infinity")
    return True
