"""themes: rename, hide, pin, merge, split, move, codebook; undo and lineage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, progress_line, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ThemeId = Annotated[str, typer.Argument(help="Theme id, as synth themes ls --json gives it.")]
Passages = Annotated[list[str], typer.Argument(help="Passage ids (chunk_id), as show --json.")]
Undo = Annotated[bool, typer.Option("--undo", help="The other way round.")]

codebook_app = typer.Typer(help="Themes from your own codes.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (rename, hide, pin, merge, split, make, move, undo, lineage):
        app.command()(command)
    app.add_typer(codebook_app, name="codebook")


def rename(theme_id: ThemeId, title: str, key_file: KeyFile = None) -> None:
    """Give a theme another title."""
    with acting(key_file) as session:
        session.send("PATCH", f"/v1/themes/{theme_id}", json={"title": title})


def hide(theme_id: ThemeId, undo: Undo = False, key_file: KeyFile = None) -> None:
    """Leave a theme out of lists."""
    with acting(key_file) as session:
        session.send("PATCH", f"/v1/themes/{theme_id}", json={"hidden": not undo})


def pin(theme_id: ThemeId, undo: Undo = False, key_file: KeyFile = None) -> None:
    """List a theme before others, also when no run finds it any more."""
    with acting(key_file) as session:
        session.send("PATCH", f"/v1/themes/{theme_id}", json={"pinned": not undo})


def merge(
    theme_id: ThemeId,
    into: Annotated[str, typer.Argument(help="Theme that keeps its id and title.")],
    key_file: KeyFile = None,
) -> None:
    """Move all passages of a theme into another."""
    with acting(key_file) as session:
        session.post(f"/v1/themes/{into}/merge", json={"theme_ids": [theme_id]})


def split(
    theme_id: ThemeId,
    passage: Annotated[list[str] | None, typer.Option(help="Passage that leaves.")] = None,
    sub: Annotated[list[str] | None, typer.Option(help="Sub-theme that leaves.")] = None,
    by_sub: Annotated[bool, typer.Option("--by-sub", help="Every sub-theme a theme.")] = False,
    title: Annotated[str | None, typer.Option(help="Title of the new theme.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Make a theme of some passages or sub-themes of another, or of each sub-theme."""
    if by_sub and (passage or sub or title):
        raise CommandFailed("--by-sub takes no --passage, --sub or --title", usage=True)
    given: dict[str, Any] = {"chunk_ids": passage or [], "sub_theme_ids": sub or []}
    path = f"/v1/themes/{theme_id}/split"
    with acting(key_file) as session:
        if by_sub:
            made = session.post(f"{path}-by-sub-themes")
        else:
            made = session.post(path, json={**given, "title": title})
    if as_json:
        print_json(made)
        return
    for one in made if by_sub else [made]:
        print(f"{one['title']}\n{one['mentions']} passages, id {one['id']}")


def make(
    passages: Passages,
    title: Annotated[str | None, typer.Option(help="Title of the new theme.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Make a theme of passages, wherever they are."""
    with acting(key_file) as session:
        made = session.post("/v1/themes", json={"chunk_ids": passages, "title": title})
    if as_json:
        print_json(made)
    else:
        print(f"{made['title']}\n{made['mentions']} passages, id {made['id']}")


def move(
    passages: Passages,
    to: Annotated[str | None, typer.Option(help="Theme they go to.")] = None,
    out: Annotated[bool, typer.Option("--out", help="Out of all themes.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Move passages into a theme, or out of all."""
    if (to is None) is not out:
        raise CommandFailed("say where to: --to THEME or --out", usage=True)
    path = "/v1/unthemed/move" if to is None else f"/v1/themes/{to}/move"
    with acting(key_file) as session:
        session.post(path, json={"chunk_ids": passages})


def undo(
    edit_id: Annotated[str | None, typer.Argument(help="Edit; without it your last one.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Take an edit of themes back; of one step that made several, all of them."""
    with acting(key_file) as session:
        edit = session.post("/v1/themes/undo", json={"edit_id": edit_id} if edit_id else {})
        told = list(session.items("/v1/theme-lineage"))
        [own] = [item for item in told if item["edit_id"] == edit["id"]]
        act = "" if edit_id else own["act"]
        left = [item for item in told if item["act"] and not item["undone_by"]]
        others = [item for item in left if item["act"] == act]
        for item in others:
            session.post("/v1/themes/undo", json={"edit_id": item["edit_id"]})
    if as_json:
        print_json({**edit, "also_undone": [item["edit_id"] for item in others]})
        return
    for item in (own, *others):
        print(f"undone: {_undone(item)}")


def lineage(
    theme_id: Annotated[str | None, typer.Argument(help="Theme; without it all.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show what runs changed about themes and what people decided, the newest first.

    That a run found a theme again stands in the JSON, and in the story of one theme.
    """
    path = f"/v1/themes/{theme_id}/lineage" if theme_id else "/v1/theme-lineage"
    with acting(key_file) as session:
        items = list(session.items(path))
    again = {"kept"} if theme_id is None and not as_json else set()
    print_rows(
        [item for item in items if item["kind"] not in again],
        {
            "when": _when,
            "what": _what,
            "theme": _theme,
            "edit": "edit_id",
        },
        as_json=as_json,
        empty="no themes yet: synth ingest PATH, then synth themes build",
    )


@codebook_app.command("import")
def import_codebook(
    file: Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Make a theme of each code (code,description,example) and build themes anew."""
    sent = {"file": (file.name, file.read_bytes())}
    with acting(key_file) as session:
        begun = session.post("/v1/themes/codebook", files=sent)
        for problem in begun["problems"]:
            say(problem)
        with progress_line() as show:
            job = session.wait(f"/v1/jobs/{begun['id']}", show)
    read = {name: begun[name] for name in ("codes", "problems")}
    if not as_json:
        print(f"{len(read['codes'])} codes read, {len(read['problems'])} rows left out")
    print_built({**job["result"], **read}, as_json=as_json)


def print_built(result: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what a run came to, and what to know before trusting its themes."""
    if as_json:
        print_json(result)
    else:
        print(f"{result['chunks']} passages grouped, {result['unthemed']} in no theme")
    warn(result["cautions"])


def warn(cautions: Sequence[str]) -> None:
    """Say what to know before trusting themes, beside the result."""
    for caution in cautions:
        say(f"Caution: {caution}")


def _theme(item: Mapping[str, Any]) -> str:
    """Return the title given, or from which theme to which."""
    if item["kind"] in ("rename", "codebook") or not (item["from_title"] or item["to_title"]):
        return str(item["title"])
    names = [item["from_title"], item["to_title"] or item["title"]]
    return " \N{RIGHTWARDS ARROW} ".join(dict.fromkeys(filter(None, names)))


def _undone(item: Mapping[str, Any]) -> str:
    """Return what was taken back: its kind, the themes it was about, how many passages, when."""
    titles = filter(None, (item["from_title"], item["title"] or item["to_title"]))
    named = " \N{RIGHTWARDS ARROW} ".join(f"“{title}”" for title in titles)
    number = item["passages"] or 0
    passages = f"{number} passage{'s' * (number != 1)}" if number else ""
    about = ", ".join(filter(None, (named, passages))) or "a theme that is no more"
    return f"{item['kind']} of {about} ({_when(item)})"


def _when(item: Mapping[str, Any]) -> str:
    return str(item["at"][:16].replace("T", " "))


def _what(item: Mapping[str, Any]) -> str:
    by = "run" if item["run_id"] else "person"
    share = f" {item['overlap']:.2f}" if item["overlap"] else ""
    undone = ", undone" if item["undone_by"] else ""
    return f"{item['kind']}{share} ({by}{undone})"
