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
    theme: Annotated[
        str | None, typer.Option(help="Only for this theme; needs --anomaly too.")
    ] = None,
    attempts: Annotated[
        int, typer.Option(min=1, max=10, help="Drafts per pair, each with other passages.")
    ] = 1,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Draft a hypothesis for each linked theme; a draft with an unproved quote is held.

    With --anomaly and --theme: also for a pair with too few people to test, if a person confirmed
    its metric tag; the draft says so.
    """
    if theme and not anomaly:
        raise typer.BadParameter("--theme needs --anomaly too")
    path = f"/v1/anomalies/{anomaly}/hypotheses" if anomaly else "/v1/hypotheses"
    order = {"attempts": attempts, **({"theme_id": theme} if theme else {})}
    with acting(key_file) as session, progress_line() as show:
        job = session.wait(session.start(path, json=order), show)
    if as_json:
        print_json(job["result"])
        return
    result = job["result"]
    print(f"{result['drafts']} drafts in the review queue, {result['held']} held")
    if result.get("incomplete"):
        print(f"incomplete: {result['incomplete']} not drafted, the day's token budget is used up")
