"""funnels: ordered steps, who went on, and how long it took."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, say

app = typer.Typer(help="Define funnels over events and read them.", no_args_is_help=True)

FILE_HELP = 'TOML or JSON: name = "...", steps = ["event", ...], window = "7d"[, settle_days = 3]'
DefinitionFile = Annotated[Path, typer.Argument(help=FILE_HELP, exists=True, dir_okay=False)]
FunnelName = Annotated[str, typer.Argument(help="Funnel name.")]


@app.command()
def add(file: DefinitionFile, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Add a funnel, or change the one of its name; its metrics come with the next detection."""
    given = read_definition(file)
    with acting(key_file) as session:
        made = session.post("/v1/funnels", json=given)
    if as_json:
        print_json(made)
    else:
        print(f"{made['name']}: {' > '.join(made['steps'])} within {made['window']}")
        say("synth anomalies detect computes " + ", ".join(made["metrics"]))


@app.command("ls")
def list_funnels(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List funnels."""
    with acting(key_file) as session:
        items = list(session.items("/v1/funnels"))
    print_rows(
        items,
        {"name": "name", "steps": lambda one: " > ".join(one["steps"]), "window": "window"},
        as_json=as_json,
        empty="no funnels yet: synth funnels add FILE",
    )


@app.command()
def show(
    name: FunnelName,
    by: Annotated[str | None, typer.Option(help="Segment, such as platform.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show who reached each step, who went on, and the median time on it."""
    with acting(key_file) as session:
        found = session.get(f"/v1/funnels/{name}", **({"by": by} if by else {}))
    rows = [
        {**step, "slice": ", ".join(f"{k} {v}" for k, v in one["segment"].items()) or "everybody"}
        for one in found
        for step in one["steps"]
    ]
    if as_json:
        print_json(found)
        return
    print_rows(
        rows,
        {
            "slice": "slice",
            "step": "name",
            "reached": lambda step: _share(step["reached"]),
            "went on": lambda step: _share(step["went_on"]),
            "seconds on it": lambda step: _seconds(step["seconds"]),
        },
        as_json=False,
        empty="nobody entered yet whose window is over",
    )


@app.command()
def rm(name: FunnelName, key_file: KeyFile = None) -> None:
    """Forget a funnel; the daily values it gave stay."""
    with acting(key_file) as session:
        session.send("DELETE", f"/v1/funnels/{name}")
    say(f"funnel {name} is forgotten")


def read_definition(file: Path) -> dict[str, Any]:
    """Return what a definition file says; raises CommandFailed where it cannot be read."""
    import tomllib

    text = file.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:  # of both: JSONDecodeError and TOMLDecodeError name the line
        raise CommandFailed(f"{file.name}: neither TOML nor JSON: {error}") from error
    missing = [name for name in ("name", "steps", "window") if name not in found]
    if missing:
        raise CommandFailed(f"{file.name}: {', '.join(missing)} missing; expected {FILE_HELP}")
    return dict(found)


def _share(share: dict[str, Any] | None) -> str:
    if share is None:
        return ""
    if not share["n"]:
        return "nobody"
    return f"{share['k']} of {share['n']} ({share['low'] * 100:.0f}-{share['high'] * 100:.0f} %)"


def _seconds(times: dict[str, Any] | None) -> str:
    return f"{times['value']:.3g} ({times['low']:.3g}-{times['high']:.3g})" if times else ""
