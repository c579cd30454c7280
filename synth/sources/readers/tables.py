"""Delimited tables: their delimiter, what their columns are called, rows that are none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from synth.sources.readers.speech import count_words
from synth.sources.types import Skip

DELIMITERS = (",", ";", "\t", "|")
#: One field may be as long as a file may be.
csv.field_size_limit(256 * 1024 * 1024)

Aliases = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row by column name, and the line of the file it ends on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table read: its columns, its rows, and what was no row."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    skips: tuple[Skip, ...]
    notices: tuple[str, ...]


def find_header(text: str, aliases: Aliases) -> tuple[str, tuple[str, ...]]:
    """Return the delimiter and the header cells that the first written line has."""
    line = text.lstrip("\ufeff\n").split("\n", 1)[0][:20_000]
    headers = []
    for delimiter in DELIMITERS:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        headers.append((delimiter, tuple(cell.strip().strip('"') for cell in cells)))
    return max(headers, key=lambda one: (len(name_columns(one[1], aliases)), len(one[1])))


def name_columns(columns: Sequence[str], aliases: Aliases) -> dict[str, str]:
    """Return which column plays each part; the earlier alias wins, then the earlier column."""
    folded: dict[str, str] = {}
    for column in columns:
        folded.setdefault(_fold(column), column)
    parts: dict[str, str] = {}
    taken: set[str] = set()
    for part, names in aliases.items():
        found = next(
            (folded[name] for name in names if folded.get(name) not in {None, *taken}), None
        )
        if found is not None:
            parts[part] = found
            taken.add(found)
    return parts


def _fold(column: str) -> str:
    return " ".join(column.casefold().replace("_", " ").replace("-", " ").split())


def read_table(text: str, delimiter: str, columns: Sequence[str]) -> Table:
    """Return the rows under the header; a row of another width is a skip with its line."""
    rows: list[Row] = []
    skips: list[Skip] = []
    line = 0
    for line, cells in _records(text, delimiter):
        if len(cells) > len(columns):
            skips.append(_wrong_width(line, cells, len(columns)))
        elif any(cell.strip() for cell in cells):
            filled = [*cells, *[""] * (len(columns) - len(cells))]
            rows.append(Row(line=line, cells=dict(zip(columns, filled, strict=True))))
    notices: tuple[str, ...] = ()
    if text.count('"') % 2:
        notices = (f"a quotation mark is never closed; check the row that ends on line {line}",)
    return Table(columns=tuple(columns), rows=tuple(rows), skips=tuple(skips), notices=notices)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of each record after the header, the first that has cells."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    is_header = True
    for cells in reader:
        if not cells:
            continue
        if not is_header:
            yield reader.line_num, cells
        is_header = False


def _wrong_width(line: int, cells: Sequence[str], expected: int) -> Skip:
    words = sum(count_words(cell) for cell in cells)
    return Skip(
        reason=f"row has {len(cells)} fields, the header has {expected}", line=line, words=words
    )
