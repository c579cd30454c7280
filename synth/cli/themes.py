"""themes: build, list at each level, read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli import theme_map
from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, print_rows, progress_line
from synth.cli.theme_edits import ThemeId, print_built, register, warn

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help="Build, read and edit themes.", no_args_is_help=True)


def share_text(share: Mapping[str, Any]) -> str:
    """Return "6 of 8 (41-93 %)" of a share as the API gives it."""
    if share["n"] == 0:
        return "nobody asked"
    return f"{share['k']} of {share['n']} ({share['low'] * 100:.0f}-{share['high'] * 100:.0f} %)"


@app.command()
def build(
    seed: Annotated[int | None, typer.Option(help="Same input and seed, same themes.")] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Do not go on from the themes there are.")
    ] = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Group all passages into themes; those there are go on unless others are clearly better."""
    with acting(key_file) as session, progress_line() as show:
        body = {"afresh": afresh} | ({} if seed is None else {"seed": seed})
        job = session.wait(session.start("/v1/theme-runs", json=body), show)
    print_built(job["result"], as_json=as_json)


class Level(StrEnum):
    """How coarse the themes are."""

    BROAD = "broad"
    THEME = "theme"
    SUB = "sub"


class Reason(StrEnum):
    """Why a passage is in no theme."""

    TOO_SHORT = "too_short"
    NO_NEIGHBOURS = "no_neighbours"
    TOO_FEW_CHUNKS = "too_few_chunks"
    TAKEN_OUT = "taken_out"


@app.command("ls")
def list_themes(
    level: Annotated[Level, typer.Option(help="Coarser or finer.")] = Level.THEME,
    hidden: Annotated[bool, typer.Option("--hidden", help="Hidden ones too.")] = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List themes, pinned ones first, then those most people speak about."""
    with acting(key_file) as session:
        items = list(session.items("/v1/themes", level=level.value, hidden=hidden))
        run = session.get("/v1/themes", limit=1)["run"]
    print_rows(
        items,
        {
            "theme": "title",
            "people": lambda item: share_text(item["share"]),
            "passages": "mentions",
            "id": "id",
        },
        as_json=as_json,
        empty="no themes yet: synth ingest PATH, then synth themes build",
    )
    warn([caution["text"] for caution in run["cautions"]] if run else [])


@app.command()
def show(
    theme_id: ThemeId,
    passages: Annotated[int, typer.Option(min=1, max=200, help="Quotes to show.")] = 10,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show a theme with its quotes."""
    with acting(key_file) as session:
        theme = session.get(f"/v1/themes/{theme_id}")
        evidence = session.get(f"/v1/themes/{theme_id}/evidence", limit=passages)["items"]
    if as_json:
        print_json({**theme, "evidence": evidence})
        return
    about = [theme["description"], theme["contrast"], f"{share_text(theme['share'])} people"]
    print("\n".join([theme["title"], *filter(None, about), ""]))
    for passage in evidence:
        print(f'"{passage["quote"]}"\n    {passage["speaker"]}, {passage["url"]}')


@app.command("unthemed")
def list_unthemed(
    reason: Annotated[Reason | None, typer.Option(help="Only those left out for it.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List the passages that are in no theme, and why; move or make puts them into one."""
    query = {"reason": reason.value} if reason else {}
    with acting(key_file) as session:
        items = list(session.items("/v1/unthemed", **query))
    print_rows(
        items,
        {"reason": "reason", "quote": "quote", "who": "speaker", "passage": "chunk_id"},
        as_json=as_json,
        empty="no passage is left out of themes, or none was built yet",
    )


register(app)
theme_map.register(app)
