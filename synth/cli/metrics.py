"""metrics and events: numbers in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, say

if TYPE_CHECKING:
    from synth.cli.session import Json, Session

app = typer.Typer(help="Import and list metrics.", no_args_is_help=True)
events_app = typer.Typer(help="Import events of people.", no_args_is_help=True)

EventsFile = Annotated[
    Path, typer.Argument(help="CSV, JSON lines or Parquet.", exists=True, dir_okay=False)
]
CsvFile = Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)]


class By(StrEnum):
    """What a row is about."""

    PARTICIPANT = "participant"


class Good(StrEnum):
    """Which way the metric should move."""

    UP = "up"
    DOWN = "down"


@app.command("import")
def import_metrics(
    file: CsvFile,
    metric: Annotated[str | None, typer.Option(help="Name, where the file has none.")] = None,
    unit: Annotated[str | None, typer.Option(help="share, minutes, count, ...")] = None,
    good: Annotated[Good | None, typer.Option(help="Which way is better.")] = None,
    by: Annotated[By | None, typer.Option(help="participant: one value per person.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Import series (ts,value,numerator,denominator,segment.*) or one value per person."""
    given = {"metric": metric, "unit": unit, "good": good, "by": by}
    fields = {name: str(value) for name, value in given.items() if value is not None}
    with acting(key_file) as session:
        done = _send(session, "/v1/metrics/import", file, fields)
    _report(done, as_json)


@app.command("ls")
def list_metrics(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List metrics."""
    with acting(key_file) as session:
        items = list(session.items("/v1/metrics"))
    print_rows(
        items,
        {name: name for name in ("name", "unit", "good", "target")},
        as_json=as_json,
        empty="no metrics yet: synth metrics import FILE",
    )


@events_app.command("import")
def import_events(file: EventsFile, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Import event or exposure rows (ts,user_id,event[,value][,session_id]), of any size."""
    from synth.cli.pieces import cut
    from synth.settings import Settings

    done: Json = {"rows": 0, "added": 0, "changed": 0, "problems": []}
    with acting(key_file) as session:
        for piece in cut(file, limit=Settings().max_upload_mb * 2**20):
            answer: Json = session.post(
                "/v1/events",
                files={"file": (file.name, piece.content)},
                data={"lines_before": str(piece.lines_before)},
            )
            done = {name: done[name] + answer[name] for name in done}
    _report(done, as_json)


@events_app.command("ls")
def list_events(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List event names, the most frequent first: the words of funnels and rules."""
    with acting(key_file) as session:
        items = list(session.items("/v1/events/names"))
    print_rows(
        items,
        {name: name for name in ("name", "events", "people", "first_at", "last_at")},
        as_json=as_json,
        empty="no events yet: synth events import FILE",
    )


def _send(session: Session, path: str, file: Path, fields: dict[str, str]) -> Json:
    answer: Json = session.post(path, files={"file": (file.name, file.read_bytes())}, data=fields)
    return answer


def _report(done: Json, as_json: bool) -> None:
    for problem in done["problems"]:
        say(problem)
    if as_json:
        print_json(done)
    else:
        print(f"{done['rows']} rows read, {done['added']} new, {len(done['problems'])} left out")
    if done["problems"] and done["rows"] == len(done["problems"]):
        raise CommandFailed("no row could be used; the lines above say why")
