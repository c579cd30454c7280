"""experiments: what they did, and the talks before the next one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, say

if TYPE_CHECKING:
    from synth.cli.session import Json

app = typer.Typer(help="Import experiments; say who was spoken with.", no_args_is_help=True)


@app.command("import")
def import_experiments(
    file: Annotated[Path, typer.Argument(help="CSV or JSON file.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Import results (experiment,metric,variant,n and conversions, or mean and sd)."""
    with acting(key_file) as session:
        files = {"file": (file.name, file.read_bytes())}
        done: Json = session.post("/v1/experiments", files=files)
    for problem in done["problems"]:
        say(problem)
    if as_json:
        print_json(done)
    else:
        print(f"{done['rows']} rows read, {done['added']} new experiments")
    if done["problems"] and done["rows"] == len(done["problems"]):
        raise CommandFailed("no row could be used; the lines above say why")


@app.command("ls")
def list_experiments(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List experiments with what they did and how many of their people were spoken with."""
    with acting(key_file) as session:
        items = list(session.items("/v1/experiments"))
    print_rows(
        items,
        {
            "id": "id",
            "effects": lambda item: "; ".join(_effect(one) for one in item["effects"]),
            "talks": lambda item: (
                f"{item['talks']['people']} of {item['talks']['needed'][0]}-"
                f"{item['talks']['needed'][1]} needed"
                if item["talks"]["needed"]
                else f"{item['talks']['people']}"
            ),
            "follows": "follows",
        },
        as_json=as_json,
        empty="no experiments yet: synth experiments import FILE",
    )


@app.command("talk")
def tag_talks(
    experiment: Annotated[str, typer.Argument(help="Id of the experiment.")],
    documents: Annotated[list[str], typer.Argument(help="Ids of interviews about it.")],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Say that interviews are about an experiment: they count before a follow-up."""
    from urllib.parse import quote

    with acting(key_file) as session:
        path = f"/v1/experiments/{quote(experiment, safe='')}/talks"
        done: Json = session.post(path, json={"documents": documents})
    if as_json:
        print_json(done)
    else:
        print(done["talks"]["waits"] or f"{done['talks']['people']} people spoken with")


def _effect(effect: Json) -> str:
    arm, control = effect["arm"], effect["control"]
    name = f"{effect['metric']}, {arm['variant']}"
    if effect["relative"] is None or effect["low"] is None:
        return f"{name}: {control['value']:.3g} to {arm['value']:.3g}"
    return f"{name}: {effect['relative']:+.1%} ({effect['low']:+.1%} to {effect['high']:+.1%})"
