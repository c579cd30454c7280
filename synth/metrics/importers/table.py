"""What all metric files share: rows with line numbers, numbers, times, problem lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import TypeVar

from synth.core.periods import parse_moment
from synth.errors import InputError

#: Problem lines kept of one file; the rest is counted.
MAX_PROBLEMS = 200

#: Years a time of use can lie in; anything else is a typing error or a wrong column.
FIRST_YEAR, LAST_YEAR = 1990, 2100

RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One data row of a file."""

    line: int
    cells: Mapping[str, str]


@dataclass
class Problems:
    """Collects what could not be used, in the order found."""

    file: str
    lines: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, message: str, *, line: int | str | None = None) -> None:
        """Note one problem at a line of a table, or a path of a JSON file."""
        if len(self.lines) >= MAX_PROBLEMS:
            self.more += 1
            return
        place = self.file if line is None else f"{self.file}:{line}"
        self.lines.append(f"{place}: {message}")

    def found(self) -> tuple[str, ...]:
        """Return the problem lines, with a last one for those not listed."""
        more = (f"{self.file}: {self.more} more problems not listed",) if self.more else ()
        return (*self.lines, *more)


def read_table(
    file: str,
    text: str,
    *,
    required: Sequence[str],
    optional: Sequence[str],
    prefixes: Sequence[str] = (),
) -> list[Row]:
    """Return the rows of a CSV whose header is checked first.

    Raises:
        InputError: empty, a required column is missing, or a column is not known.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(file, header, required, optional, prefixes)
        return list(_rows(file, header, reader))
    except csv.Error as error:
        raise InputError(
            "not a readable CSV", file=file, line=reader.line_num, found=str(error)
        ) from error


def _check_header(
    file: str,
    header: list[str],
    required: Sequence[str],
    optional: Sequence[str],
    prefixes: Sequence[str],
) -> None:
    expected = ", ".join([*required, *(f"[{name}]" for name in optional)])
    expected += "".join(f", [{prefix}NAME]" for prefix in prefixes)
    if not any(header):
        raise InputError("no header", file=file, line=1, found="an empty file", expected=expected)
    missing = [name for name in required if name not in header]
    known = {*required, *optional}
    unknown = [
        name
        for name in header
        if name not in known
        and not any(name.startswith(prefix) and name != prefix for prefix in prefixes)
    ]
    doubled = sorted({name for name in header if header.count(name) > 1})
    for message, names in (
        ("column missing", missing),
        ("unknown column or segment", unknown),
        ("column appears twice", doubled),
    ):
        if names:
            raise InputError(
                f"{message}: {', '.join(name or '(no name)' for name in names)}",
                file=file,
                line=1,
                found=", ".join(header)[:300],
                expected=expected,
            )


def _rows(file: str, header: list[str], reader: Iterator[list[str]]) -> Iterator[Row]:
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        line: int = getattr(reader, "line_num", 0)
        padded = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
        extra = {"": str(len(cells))} if len(cells) > len(header) else {}
        yield Row(line=line, cells={**dict(zip(header, padded, strict=False)), **extra})


def parse_rows(
    rows: Sequence[Row], problems: Problems, parse: Callable[[Row], RowT]
) -> list[tuple[int, RowT]]:
    """Return (line, value) of each row that `parse` can use; the others become problems."""
    parsed: list[tuple[int, RowT]] = []
    for row in rows:
        try:
            if "" in row.cells:
                raise InputError("more cells than the header has", found=row.cells[""])
            if any("\x00" in cell for cell in row.cells.values()):
                raise InputError("a cell holds a NUL character")
            parsed.append((row.line, parse(row)))
        except InputError as error:
            problems.add(error.message, line=row.line)
    return parsed


def number(cells: Mapping[str, str], column: str) -> float | None:
    """Return the number in `column`, mm:ss and hh:mm:ss as minutes, None where it is empty."""
    text = cells.get(column, "")
    if not text:
        return None
    try:
        value = _minutes(text) if ":" in text else float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise InputError(f"{column} is no number", found=text[:60], expected="a finite number")
    return value


def _minutes(text: str) -> float:
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 3 or any(part < 0 for part in parts) or any(p >= 60 for p in parts[1:]):
        raise ValueError(text)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds / 60


def needed_number(cells: Mapping[str, str], column: str) -> float:
    """Return the number in `column`; an empty cell is a problem."""
    value = number(cells, column)
    if value is None:
        raise InputError(f"{column} is empty", found="nothing", expected="a number")
    return value


def moment(cells: Mapping[str, str], column: str) -> datetime:
    """Return the UTC time in `column`."""
    text = cells.get(column, "")
    try:
        when = parse_moment(text)
    except (ValueError, OverflowError):
        when = None
    if when is None or not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise InputError(
            f"{column} is no date",
            found=text[:60] or "nothing",
            expected="ISO 8601, for example 2026-03-01 or 2026-03-01T09:30:00Z",
        )
    return when


def needed_text(cells: Mapping[str, str], column: str) -> str:
    """Return the text in `column`; an empty cell is a problem."""
    text = cells.get(column, "")
    if not text:
        raise InputError(f"{column} is empty", found="nothing", expected="a name or an id")
    return text
