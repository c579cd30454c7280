"""themes map: the map of passages as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synth.cli.options import KeyFile, acting
from synth.cli.output import CommandFailed, say

FORMS = (".svg", ".png")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("map")(draw_map)


def draw_map(
    out: Annotated[Path, typer.Option(help="File to write: its name ends in .svg or .png.")],
    level: Annotated[str, typer.Option(help="broad, theme or sub.")] = "theme",
    key_file: KeyFile = None,
) -> None:
    """Draw passages coloured by theme: near means similar words, axes mean nothing."""
    form = out.suffix.lower()
    if form not in FORMS:
        raise CommandFailed(f"--out must end in .svg or .png, found {out.name}")
    with acting(key_file) as session:
        answer = session.send("GET", f"/v1/themes/map{form}", params={"level": level})
    out.write_bytes(answer.content)
    say(f"map written to {out}")
