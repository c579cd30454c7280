"""anomalies, tag, links: what moved, and which themes go with it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, print_rows, progress_line

app = typer.Typer(help="Find and read what moved.", no_args_is_help=True)
tag_app = typer.Typer(help="Say which metric a theme or passage is about.", no_args_is_help=True)
links_app = typer.Typer(help="Read the tested links.", no_args_is_help=True)


class Decision(StrEnum):
    """What a person makes of a proposed tag."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@app.command()
def detect(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Look for metrics that moved, propose tags, test every theme against every anomaly."""
    with acting(key_file) as session, progress_line() as show_progress:
        job = session.wait(session.start("/v1/anomaly-runs", json={}), show_progress)
    if as_json:
        print_json(job["result"])
        return
    counts = job["result"]
    print(f"{counts['anomalies']} anomalies, {counts['pairs']} pairs with themes tested")


@app.command("ls")
def list_anomalies(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List what moved or stands out."""
    with acting(key_file) as session:
        items = list(session.items("/v1/anomalies"))
    print_rows(
        items,
        {
            "metric": "metric",
            "kind": "kind",
            "what": "reason",
            "id": "id",
        },
        as_json=as_json,
        empty="no metric left its range: import metrics, then synth anomalies detect",
    )


@app.command()
def show(
    anomaly_id: Annotated[str, typer.Argument(help="Anomaly id.")],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show an anomaly with its slice, the people it hit, and the themes tested against it."""
    with acting(key_file) as session:
        anomaly = session.get(f"/v1/anomalies/{anomaly_id}")
        tested = list(session.items(f"/v1/anomalies/{anomaly_id}/links"))
    if as_json:
        print_json({**anomaly, "links": tested})
        return
    print(f"{anomaly['metric']}: {anomaly['reason']}")
    print(f"{anomaly['affected']} of {anomaly['measured']} people measured were hit\n")
    for link in tested:
        print(f"{link['status']}: {link['theme_title']}\n    {link['reason']}")


@links_app.command("ls")
def list_links(
    anomaly: Annotated[str | None, typer.Option(help="Only of this anomaly.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List every tested pair of theme and anomaly."""
    path = f"/v1/anomalies/{anomaly}/links" if anomaly else "/v1/links"
    with acting(key_file) as session:
        items = list(session.items(path))
    print_rows(
        items,
        {
            "status": "status",
            "theme": "theme_title",
            "metric": "metric",
            "why": "reason",
        },
        as_json=as_json,
        empty="nothing tested yet: synth anomalies detect",
    )


@tag_app.command()
def add(
    metric: Annotated[str, typer.Option(help="Metric name.")],
    theme: Annotated[str | None, typer.Option(help="Theme id.")] = None,
    chunk: Annotated[str | None, typer.Option(help="Passage id.")] = None,
    reason: Annotated[str, typer.Option(help="Why it belongs to the metric.")] = "",
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Tag a theme or a passage with a metric."""
    body = {"metric": metric, "theme_id": theme, "chunk_id": chunk, "reason": reason}
    given = {name: value for name, value in body.items() if value is not None}
    with acting(key_file) as session:
        tag = session.post("/v1/tags", json=given)
    if as_json:
        print_json(tag)
    else:
        print(f"tag {tag['id']} is {tag['state']}")


@tag_app.command()
def decide(tag_id: str, state: Decision, key_file: KeyFile = None) -> None:
    """Confirm or reject a proposed tag."""
    with acting(key_file) as session:
        session.send("PUT", f"/v1/tags/{tag_id}", json={"state": state.value})


@tag_app.command("ls")
def list_tags(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List tags with who proposed and decided them."""
    with acting(key_file) as session:
        items = list(session.items("/v1/tags"))
    columns = ("state", "metric", "theme_title", "reason", "id")
    print_rows(
        items,
        {name: name for name in columns},
        as_json=as_json,
        empty="no tags yet: synth anomalies detect proposes them",
    )
