"""fusion: the team's own numbers, the agenda of its review, its weeks."""

from __future__ import annotations

from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import Column, print_json, print_rows

Columns = dict[str, str | Column]

app = typer.Typer(help="The rhythm: metrics, agenda, cadence, checklist.", no_args_is_help=True)


@app.command()
def metrics(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show the fusion metrics with target and verdict."""
    with acting(key_file) as session:
        items = session.get("/v1/fusion/metrics")["items"]
    columns = {"metric": "name", "now": "words", "verdict": "verdict", "trend": "direction"}
    print_rows(items, columns, as_json=as_json, empty="")
    if not as_json:
        for item in items:
            for one in item["instances"]:
                print(f"{item['name']}: {one['title']}: {one['words']}")


@app.command()
def agenda(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show the agenda of the next fusion review, an hour of it."""
    with acting(key_file) as session:
        found = session.get("/v1/fusion/agenda")
    columns = {
        "min": "minutes",
        "point": "sentence",
        "what people say": "context",
        "proposed": "proposed",
    }
    print_rows(found["items"], columns, as_json=as_json, empty="nothing is on the table")
    if not as_json:
        print(f"due {found['due_on']}, {found['minutes']} minutes, {found['waiting']} points wait")


@app.command()
def cadence(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show who brought one anomaly and five conversations this week, and who is behind."""
    with acting(key_file) as session:
        items = session.get("/v1/fusion/cadence")["items"]
    columns: Columns = {
        "who": "name",
        "anomalies": lambda item: item["weeks"][-1]["anomalies"],
        "conversations": lambda item: item["weeks"][-1]["talks"],
        "behind": "behind",
        "full weeks in a row": "steady",
    }
    print_rows(items, columns, as_json=as_json, empty="nobody here is a product manager")


@app.command()
def checklist(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show the starter checklist, its state computed."""
    with acting(key_file) as session:
        items = session.get("/v1/fusion/checklist")["items"]
    columns: Columns = {
        "": lambda item: "done" if item["is_done"] else "to do",
        "step": "title",
        "there is": "words",
    }
    print_rows(items, columns, as_json=as_json, empty="")


@app.command()
def pack(key_file: KeyFile = None) -> None:
    """Print the executive pack as Markdown."""
    with acting(key_file) as session:
        print(session.text("/v1/fusion/pack"))


@app.command()
def confidence(
    score: Annotated[int, typer.Argument(help="1 (not at all) to 10.", min=1, max=10)],
    key_file: KeyFile = None,
) -> None:
    """Answer how sure you are of this quarter's decisions."""
    with acting(key_file) as session:
        print_json(session.post("/v1/fusion/confidence", json={"score": score}))


@app.command()
def held(
    on: Annotated[str | None, typer.Option(help="A day; else today.")] = None,
    minutes: Annotated[int, typer.Option(help="How long it took.")] = 60,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    key_file: KeyFile = None,
) -> None:
    """Record that a fusion review took place."""
    body = {"held_on": on, "minutes": minutes, "note": note}
    with acting(key_file) as session:
        print_json(session.post("/v1/fusion/reviews", json=body))


@app.command("key-metrics")
def key_metrics(
    names: Annotated[list[str], typer.Argument(help="Metrics, the North Star first.")],
    key_file: KeyFile = None,
) -> None:
    """Choose the metrics that matter most."""
    with acting(key_file) as session:
        print_json(
            session.send("PUT", "/v1/fusion/key-metrics", json={"names": names}).json()["names"]
        )
