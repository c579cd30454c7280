"""draft: hypotheses into the review queue."""

from __future__ import annotations

from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, progress_line


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(draft)


def draft(
    anomaly: Annotated[str | None, typer.Option(help="Only for this anomaly.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Draft a hypothesis for each linked theme; a draft with an unproved quote is held."""
    path = f"/v1/anomalies/{anomaly}/hypotheses" if anomaly else "/v1/hypotheses"
    with acting(key_file) as session, progress_line() as show:
        job = session.wait(session.start(path, json={}), show)
    if as_json:
        print_json(job["result"])
        return
    print(f"{job['result']['drafts']} drafts in the review queue, {job['result']['held']} held")
