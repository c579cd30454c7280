"""Reads events per user: `ts,user_id,event[,value][,session_id]` as CSV or JSONL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from synth.metrics.importers.table import (
    Problems,
    Row,
    moment,
    needed_text,
    number,
    parse_rows,
    read_table,
)

REQUIRED = ("ts", "user_id", "event")
OPTIONAL = ("value", "session_id")


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One event, its user as the file names them."""

    line: int
    ts: datetime
    user_id: str
    name: str
    value: float | None
    session_id: str | None


@dataclass(frozen=True, kw_only=True)
class EventFile:
    """What an events file holds."""

    rows: int
    usable: tuple[EventRow, ...]
    problems: Problems
    ignored: tuple[str, ...] = ()  #: columns, or keys, that are none of an event's


@dataclass
class PieceProblems(Problems):
    """Problems of a piece of a file, told at the line they have in the whole."""

    lines_before: int = 0

    def add(self, message: str, *, line: int | str | None = None) -> None:
        """Note one problem at a line of the piece."""
        whole = line + self.lines_before if isinstance(line, int) else line
        super().add(message, line=whole)


def read_events(file: str, text: str, *, lines_before: int = 0) -> EventFile:
    """Return the events of a CSV, or of a JSONL file with one object per line.

    `lines_before` is added to line numbers, where `text` is a piece of a larger file.

    Raises:
        InputError: the header cannot be used, or the file is empty.
    """
    problems = PieceProblems(file, lines_before=lines_before)
    body = text.removeprefix("\ufeff")
    others: dict[str, None] = {}
    if body.lstrip().startswith("{"):
        table = list(_json_rows(body, problems, others))
        rows = sum(1 for line in body.splitlines() if line.strip())
    else:
        # Every other name is a column that is not read: the empty prefix allows them all.
        table = read_table(file, text, required=REQUIRED, optional=OPTIONAL, prefixes=("",))
        rows = len(table)
        others = dict.fromkeys(table[0].cells) if table else {}
    parsed = parse_rows(table, problems, _event_row)
    return EventFile(
        rows=rows,
        usable=tuple(row for _, row in parsed),
        problems=problems,
        ignored=tuple(name for name in others if name not in (*REQUIRED, *OPTIONAL, "")),
    )


def _json_rows(text: str, problems: Problems, keys: dict[str, None]) -> Iterator[Row]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            problems.add("not JSON; expected one object per line", line=line)
            continue
        if not isinstance(value, dict):
            problems.add("not an object; expected one object per line", line=line)
            continue
        keys.update(dict.fromkeys(value))
        yield Row(line=line, cells={name: _text(value.get(name)) for name in REQUIRED + OPTIONAL})


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _event_row(row: Row) -> EventRow:
    return EventRow(
        line=row.line,
        ts=moment(row.cells, "ts"),
        user_id=needed_text(row.cells, "user_id"),
        name=needed_text(row.cells, "event"),
        value=number(row.cells, "value"),
        session_id=row.cells.get("session_id") or None,
    )
