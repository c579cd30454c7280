"""themes: build, read, edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, print_rows, progress_line

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help="Build, read and edit themes.", no_args_is_help=True)

ThemeId = Annotated[str, typer.Argument(help="Theme id, as synth themes ls --json gives it.")]


def share_text(share: Mapping[str, Any]) -> str:
    """Return "6 of 8 (41-93 %)" of a share as the API gives it."""
    if share["n"] == 0:
        return "nobody asked"
    return f"{share['k']} of {share['n']} ({share['low'] * 100:.0f}-{share['high'] * 100:.0f} %)"


@app.command()
def build(
    seed: Annotated[int | None, typer.Option(help="Same input and seed, same themes.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Group all passages into themes."""
    with acting(key_file) as session, progress_line() as show:
        body = {} if seed is None else {"seed": seed}
        job = session.wait(session.start("/v1/theme-runs", json=body), show)
    if as_json:
        print_json(job["result"])
        return
    result = job["result"]
    print(f"{result['chunks']} passages grouped, {result['unthemed']} in no theme")


@app.command("ls")
def list_themes(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List themes, the one most people speak about first."""
    with acting(key_file) as session:
        items = list(session.items("/v1/themes"))
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


@app.command()
def show(theme_id: ThemeId, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show a theme with its quotes."""
    with acting(key_file) as session:
        theme = session.get(f"/v1/themes/{theme_id}")
        evidence = session.get(f"/v1/themes/{theme_id}/evidence", limit=10)["items"]
    if as_json:
        print_json({**theme, "evidence": evidence})
        return
    print(f"{theme['title']}\n{theme['description']}\n{share_text(theme['share'])} people\n")
    for passage in evidence:
        print(f'"{passage["quote"]}"\n    {passage["speaker"]}, {passage["url"]}')


@app.command()
def rename(theme_id: ThemeId, title: str, key_file: KeyFile = None) -> None:
    """Give a theme another title."""
    with acting(key_file) as session:
        session.send("PATCH", f"/v1/themes/{theme_id}", json={"title": title})


@app.command()
def hide(
    theme_id: ThemeId,
    undo: Annotated[bool, typer.Option("--undo", help="Show it again.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Leave a theme out of lists."""
    with acting(key_file) as session:
        session.send("PATCH", f"/v1/themes/{theme_id}", json={"hidden": not undo})


@app.command()
def merge(
    theme_id: ThemeId,
    into: Annotated[str, typer.Argument(help="Theme that keeps its id and title.")],
    key_file: KeyFile = None,
) -> None:
    """Move all passages of a theme into another."""
    with acting(key_file) as session:
        session.post(f"/v1/themes/{into}/merge", json={"theme_ids": [theme_id]})
