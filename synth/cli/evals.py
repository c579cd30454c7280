"""eval: quality as numbers with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import say

app = typer.Typer(help="Measure the quality of the synthesis.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(help="Evals to run, such as E04; all if none.")]


@app.command()
def run(
    ids: Ids = None,
    data: Annotated[Path | None, typer.Option(help="Folder of data sets.", exists=True)] = None,
    seed: Annotated[int, typer.Option(min=0)] = 7,
    full: Annotated[bool, typer.Option("--full", help="The sizes of published figures.")] = False,
    texts: Annotated[Path | None, typer.Option(help="Your own labelled CSV.", exists=True)] = None,
    text_column: Annotated[str | None, typer.Option()] = None,
    label_column: Annotated[str | None, typer.Option()] = None,
    label_column2: Annotated[str | None, typer.Option()] = None,
    as_json: AsJson = False,
) -> None:
    """Run evals; each prints a number with its interval, n, and a verdict."""
    from evals.runner import main_run

    given = {
        "texts": texts,
        "text_column": text_column,
        "label_column": label_column,
        "label_column2": label_column2,
    }
    options = {name: str(value) for name, value in given.items() if value is not None}
    code = main_run(ids or [], data=data, seed=seed, full=full, as_json=as_json, options=options)
    raise typer.Exit(code)


@app.command("export-cases")
def export_cases(
    file: Annotated[Path | None, typer.Argument(help="Where to; else stdout.")] = None,
    key_file: KeyFile = None,
) -> None:
    """Write what reviewers decided as eval cases, with a reviewer's key.

    A file `reviewed_drafts/decisions.jsonl` in the data folder is what E26 reads.
    """
    with acting(key_file) as session:
        text = session.text("/v1/review/cases")
    if file is None:
        print(text, end="")
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    say(f"{len(text.splitlines())} decided drafts written to {file}")


@app.command()
def mutate(ids: Ids = None, as_json: AsJson = False) -> None:
    """Corrupt outputs and see that every scorer notices."""
    from evals.runner import main_mutate

    raise typer.Exit(main_mutate(ids or [], as_json=as_json))
