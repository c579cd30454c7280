"""Reads one value per person: `metric,participant,value[,ts][,target]`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from synth.metrics.importers.table import (
    Problems,
    Row,
    moment,
    needed_number,
    needed_text,
    number,
    parse_rows,
    read_table,
)


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One value of one person, as the file names them."""

    line: int
    metric: str
    user_id: str
    value: float  #: mm:ss is read as minutes
    ts: datetime | None
    target: float | None


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """What a by-participant file holds."""

    rows: int
    empty: int  #: rows without a value: not measured, and no problem
    usable: tuple[PersonRow, ...]
    problems: Problems


def read_person_values(file: str, text: str, *, metric: str | None = None) -> PersonFile:
    """Return the values of a by-participant CSV; an empty value stays missing.

    Raises:
        InputError: the header cannot be used.
    """
    table = read_table(
        file,
        text,
        required=["participant", "value"] if metric else ["metric", "participant", "value"],
        optional=["ts", "target", *(["metric"] if metric else [])],
    )
    problems = Problems(file)
    measured = [row for row in table if row.cells.get("value")]
    parsed = parse_rows(measured, problems, lambda row: _person_row(row, metric))
    return PersonFile(
        rows=len(table),
        empty=len(table) - len(measured),
        usable=_without_repeats([row for _, row in parsed], problems),
        problems=problems,
    )


def _person_row(row: Row, metric: str | None) -> PersonRow:
    return PersonRow(
        line=row.line,
        metric=row.cells.get("metric") or metric or needed_text(row.cells, "metric"),
        user_id=needed_text(row.cells, "participant"),
        value=needed_number(row.cells, "value"),
        ts=moment(row.cells, "ts") if row.cells.get("ts") else None,
        target=number(row.cells, "target"),
    )


def _without_repeats(rows: list[PersonRow], problems: Problems) -> tuple[PersonRow, ...]:
    kept: dict[tuple[object, ...], PersonRow] = {}
    for row in rows:
        first = kept.setdefault((row.metric, row.user_id.casefold(), row.ts), row)
        if first is not row:
            same = "the same" if first.value == row.value else "another"
            problems.add(
                f"repeats line {first.line} with {same} value; the first is kept", line=row.line
            )
    return tuple(kept.values())
