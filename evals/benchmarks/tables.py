"""Benchmarks as JSON records, as a table in the terminal, and as RESULTS.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from evals.benchmarks.types import BenchResult

Record = Mapping[str, object]
FAILED = "failed: "
WORK = {
    "P1": "embed 2,000 passages, in turns with the peer",
    "P2": "theme run on 10,000 vectors, fresh process",
    "P3": "theme run on 200 and 1,500 vectors, fresh process",
    "P4": "1,000 new chunks into existing themes",
    "P5": "growth of time and memory",
}


def record(result: BenchResult) -> dict[str, object]:
    """Return the object of the interface for one benchmark."""
    return {
        "id": result.id,
        "ours": dict(result.ours),
        "peer": None if result.peer is None else dict(result.peer),
        "ratio": result.ratio,
        "n": result.n,
        "versions": dict(result.versions),
        "checks": [
            {
                "name": check.name,
                "value": check.value,
                "target": check.target,
                "at_most": check.at_most,
                "met": check.met,
            }
            for check in result.checks
        ],
        "note": result.note,
    }


def failure(name: str, reason: str) -> dict[str, object]:
    """Return the record of a benchmark that could not be measured."""
    empty: dict[str, object] = {"ours": {}, "peer": None, "ratio": None, "n": 0, "versions": {}}
    return {"id": name, **empty, "checks": [], "note": FAILED + reason}


def is_failure(one: Record) -> bool:
    """Return whether this benchmark could not be measured."""
    return str(one["note"]).startswith(FAILED)


def print_table(records: Sequence[Record], out: TextIO) -> None:
    """Print one line per benchmark and target."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("id", "work", "ours", "peer", "ratio", "target", "met", "note")
    for one in records:
        for row in rows(one):
            table.add_row(*(escape(cell) for cell in row))
    Console(file=out).print(table)


def markdown(records: Sequence[Record]) -> str:
    """Return the text of RESULTS.md; it is generated, never edited by hand."""
    lines = [
        "# Results of the benchmarks",
        "",
        "Made by `synth bench --write`; do not edit. Both sides of a row ran on one machine, one",
        "after the other; machines differ, so that the ratio says more than the seconds.",
        "",
        "| id | work | ours | peer | ratio | target | met | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(row) + " |" for one in records for row in rows(one)]
    versions = {name: str(v) for one in records for name, v in _mapping(one["versions"]).items()}
    lines += ["", "Versions: " + ", ".join(f"{name} {v}" for name, v in sorted(versions.items()))]
    return "\n".join(lines) + "\n"


def rows(one: Record) -> list[tuple[str, ...]]:
    """Return a line per target; the first tells the rest."""
    checks = one["checks"]
    listed = [_check(check) for check in checks] if isinstance(checks, list) else []
    name = str(one["id"])
    first = (name, WORK.get(name, ""), _side(one["ours"]), _side(one["peer"]), _ratio(one["ratio"]))
    target, met = listed[0] if listed else ("", "")
    head = (*first, target, met, str(one["note"]))
    return [head, *((*[""] * 5, target, met, "") for target, met in listed[1:])]


def _check(check: Record) -> tuple[str, str]:
    sign = "<=" if check["at_most"] else ">="
    text = f"{check['name']}: {_number(check['value'])} ({sign} {_number(check['target'])})"
    return text, "yes" if check["met"] else "no"


def _side(side: object) -> str:
    told = _mapping(side)
    plain = [
        str(value) if isinstance(value, str) else f"{name} {_number(value)}"
        for name, value in told.items()
        if not isinstance(value, dict)
    ]
    sizes = [f"{n}: {_side(said)}" for n, said in _mapping(told.get("sizes")).items() if said]
    return "; ".join(filter(None, [", ".join(plain), *sizes])) or "-"


def _ratio(ratio: object) -> str:
    return "-" if ratio is None else f"{_number(ratio)}x"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.3g}"
