"""export: approved insights, and nothing else, out."""

from __future__ import annotations

import typer

from synth.cli.options import KeyFile, acting

app = typer.Typer(help="Write approved insights to stdout.", no_args_is_help=True)


@app.command("csv")
def export_csv(key_file: KeyFile = None) -> None:
    """One row per insight, safe to open in a spreadsheet."""
    with acting(key_file) as session:
        print(session.text("/v1/export/csv"), end="")


@app.command("markdown")
def export_markdown(key_file: KeyFile = None) -> None:
    """One section per insight, with its quotes."""
    with acting(key_file) as session:
        print(session.text("/v1/export/markdown"), end="")
