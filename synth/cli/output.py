"""What commands print: rows for people, JSON for scripts, one line for a failure."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

#: Columns that are copied: never cut or broken, whatever the width.
WHOLE = frozenset({"id", "passage", "edit", "when"})

Column = Callable[[Mapping[str, Any]], object]


class CommandFailed(Exception):
    """The work failed; the message says why and what to do next."""

    def __init__(self, message: str, *, usage: bool = False) -> None:
        super().__init__(message)
        self.exit_code = 2 if usage else 1


def say(text: str) -> None:
    """Print a line for people, on stderr: stdout is for results."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def print_rows(
    items: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str | Column],
    *,
    as_json: bool,
    empty: str,
) -> None:
    """Print a JSON array of `items`, or a table, or what to do when there are none.

    `columns` says for each heading which field of an item stands there, or how to write it.
    """
    if as_json:
        print_json(list(items))
        return
    if not items:
        print(empty)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in WHOLE)
    for item in items:
        table.add_row(*(_cell(item, column) for column in columns.values()))
    Console().print(table)


def _cell(item: Mapping[str, Any], column: str | Column) -> str:
    value = item.get(column) if isinstance(column, str) else column(item)
    return "" if value is None else str(value)


@contextmanager
def progress_line() -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give a function that shows a job's step and count on one line of a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("waiting", total=None)

        def show(job: Mapping[str, Any]) -> None:
            progress.update(
                task,
                description=f"{job['kind']}: {job['step'] or job['state']}",
                completed=job["done"],
                total=job["total"] or None,
            )

        yield show
