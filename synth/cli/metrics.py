"""metrics and events: numbers in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

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


MetricFile = Annotated[
    Path, typer.Argument(help="CSV, JSON or YAML file.", exists=True, dir_okay=False)
]


class Format(StrEnum):
    """What tool a file is from."""

    AUTO = "auto"
    TIDY = "tidy"
    MIXPANEL = "mixpanel"
    AMPLITUDE = "amplitude"
    POSTHOG = "posthog"
    GA4 = "ga4"
    PROMETHEUS = "prometheus"
    DBT = "dbt"


class Mark(StrEnum):
    """How much a metric matters."""

    NORTH_STAR = "north_star"
    TOP = "top"
    NONE = "none"


class By(StrEnum):
    """What a row is about."""

    PARTICIPANT = "participant"


class Good(StrEnum):
    """Which way the metric should move."""

    UP = "up"
    DOWN = "down"


@app.command("import")
def import_metrics(
    file: MetricFile,
    metric: Annotated[str | None, typer.Option(help="Name, where the file has none.")] = None,
    unit: Annotated[str | None, typer.Option(help="share, minutes, count, ...")] = None,
    good: Annotated[Good | None, typer.Option(help="Which way is better.")] = None,
    by: Annotated[By | None, typer.Option(help="participant: one value per person.")] = None,
    format: Annotated[Format, typer.Option(help="Told by the content, unless said.")] = Format.AUTO,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of hours without an offset, e.g. Europe/Berlin.")
    ] = None,
    breakdown: Annotated[
        str | None, typer.Option(help="Names of slices where the file has none, with commas.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Import series of any analytics tool, metric names of dbt, or one value per person."""
    given = {"metric": metric, "unit": unit, "good": good, "by": by, "timezone": timezone}
    given |= {"breakdown": breakdown, "format": None if format is Format.AUTO else format}
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
        {name: name for name in ("name", "mark", "unit", "good", "target")},
        as_json=as_json,
        empty="no metrics yet: synth metrics import FILE",
    )


@app.command("set")
def set_metric(
    name: Annotated[str, typer.Argument(help="Name of the metric; a new one is added.")],
    description: Annotated[str | None, typer.Option(help="What it measures.")] = None,
    unit: Annotated[str | None, typer.Option(help="share, minutes, count, ...")] = None,
    good: Annotated[Good | None, typer.Option(help="Which way is better.")] = None,
    target: Annotated[float | None, typer.Option(help="Value it should reach.")] = None,
    mark: Annotated[Mark | None, typer.Option(help="How much it matters.")] = None,
    settle_days: Annotated[int | None, typer.Option(help="Days its values may change.")] = None,
    country: Annotated[str | None, typer.Option(help="Holidays: DE, US-CA, none.")] = None,
    called: Annotated[
        list[str] | None, typer.Option(help="What files call it; may be given several times.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Say what a metric is; what is not given stays."""
    given: Json = {"description": description, "unit": unit, "good": good, "target": target}
    given |= {"settle_days": settle_days, "country": country, "source_names": called}
    changed = {key: value for key, value in given.items() if value is not None}
    if mark is not None:
        changed["mark"] = None if mark is Mark.NONE else mark
    with acting(key_file) as session:
        known = [one for one in session.items("/v1/metrics") if one["name"] == name]
        said = {k: v for one in known for k, v in one.items() if k not in ("id", "name")}
        done: Json = _put(session, f"/v1/metrics/{quote(name, safe='')}", {**said, **changed})
    if as_json:
        print_json(done)
    else:
        mark_words = done["mark"] or "no mark"
        print(f"{done['name']}: {done['unit']}, good is {done['good']}, {mark_words}")


@app.command("holidays")
def set_holidays(
    country: Annotated[
        str | None, typer.Argument(help="DE, US-CA, or none; nothing shows what is set.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Say whose public holidays are not judged in metrics without a country of their own."""
    with acting(key_file) as session:
        done: Json = (
            session.get("/v1/holidays")
            if country is None
            else _put(session, "/v1/holidays", {"country": country})
        )
    if as_json:
        print_json(done)
    else:
        print(done["country"] or "no holidays are set: synth metrics holidays DE")


@events_app.command("import")
def import_events(file: EventsFile, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Import event or exposure rows (ts,user_id,event[,value][,session_id]), of any size."""
    from synth.metrics.importers.pieces import cut
    from synth.settings import Settings

    done: Json = {"rows": 0, "added": 0, "changed": 0, "problems": [], "ignored": []}
    with acting(key_file) as session:
        for piece in cut(file, limit=Settings().max_upload_mb * 2**20):
            answer: Json = session.post(
                "/v1/events",
                files={"file": (file.name, piece.content)},
                data={"lines_before": str(piece.lines_before)},
            )
            done = {name: done[name] + answer[name] for name in done}
    done["ignored"] = list(dict.fromkeys(done["ignored"]))
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


def _put(session: Session, path: str, body: Json) -> Json:
    answer: Json = session.send("PUT", path, json=body).json()
    return answer


def _send(session: Session, path: str, file: Path, fields: dict[str, str]) -> Json:
    answer: Json = session.post(path, files={"file": (file.name, file.read_bytes())}, data=fields)
    return answer


def _report(done: Json, as_json: bool) -> None:
    for problem in done["problems"]:
        say(problem)
    if as_json:
        print_json(done)
    else:
        if done.get("ignored"):
            say(f"columns that are not read: {', '.join(done['ignored'])}")
        print(f"{done['rows']} rows read, {done['added']} new, {len(done['problems'])} left out")
    if done["problems"] and done["rows"] == len(done["problems"]):
        raise CommandFailed("no row could be used; the lines above say why")
