"""schedules: what the worker does by itself, when it did last and when next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_rows


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(schedules)


def schedules(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List the work that comes back by itself: when last, with what result, and when next."""
    with acting(key_file) as session:
        items = list(session.items("/v1/schedules"))
    print_rows(
        items,
        {
            "work": lambda item: item["kind"].replace("_", " "),
            "what it does": "what",
            "last due": lambda item: _minute(item["last_due_at"]) or "not yet",
            "result": _result,
            "next": lambda item: _minute(item["next_due_at"]),
        },
        as_json=as_json,
        empty="nothing recurs",
    )


def _result(item: Mapping[str, Any]) -> str:
    job = item["last_job"]
    if item["is_behind"]:
        return "late: no worker runs"
    if job is None or job["result"] is None:
        return "" if job is None else f"{job['state']} {job['error'] or ''}".strip()
    counts = [f"{count} {name.replace('_', ' ')}" for name, count in job["result"].items() if count]
    return ", ".join(counts) or "nothing to do"


def _minute(moment: str | None) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC" if moment else ""
