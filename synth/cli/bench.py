"""bench: speed and memory, side by side with what people use today."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synth.cli.options import AsJson

IDS_HELP = "Benchmarks, such as P2, or events; all of P1, P2, ... if none."
Ids = Annotated[list[str] | None, typer.Argument(help=IDS_HELP)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    ids: Ids = None,
    data: Annotated[Path | None, typer.Option(help="Folder of data sets.", exists=True)] = None,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    rows: Annotated[
        int, typer.Option(min=1000, help="Events that `bench events` makes and takes in.")
    ] = 50_000_000,
    write: Annotated[bool, typer.Option("--write", help="Write RESULTS.md from what ran.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure speed, beside peers where `bench` is installed; a missed target is no failure."""
    if ids == ["events"]:
        from evals.benchmarks.events import main_events

        raise typer.Exit(main_events(rows, seed=seed, as_json=as_json))
    from evals.benchmarks.runner import RESULTS, main_bench

    to = RESULTS if write else None
    raise typer.Exit(main_bench(ids or [], data=data, seed=seed, as_json=as_json, write=to))
