"""people: who is who."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import Column, CommandFailed, print_json, print_rows, say

if TYPE_CHECKING:
    from synth.cli.session import Json

app = typer.Typer(help="Import people, join those who are one, undo it.", no_args_is_help=True)

#: Whether somebody may be contacted.
CONTACT = {True: "yes", False: "no", None: "not asked"}

Person = Annotated[str, typer.Argument(help="P12, an id, user:ID or email:ADDRESS.")]
CsvFile = Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)]


@app.command("import")
def import_people(file: CsvFile, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Import participants, or a crosswalk (namespace,value,namespace,value) that joins them."""
    from synth.people.merge_actions import is_crosswalk

    data = file.read_bytes()
    kind = "/crosswalk" if is_crosswalk(data.decode("utf-8-sig", "replace")) else ""
    with acting(key_file) as session:
        done: Json = session.post(f"/v1/participants{kind}", files={"file": (file.name, data)})
    for problem in done["problems"]:
        say(problem)
    if as_json:
        print_json(done)
    elif kind:
        print(f"{done['rows']} rows read, {done['joined']} people joined")
    else:
        print(f"{done['rows']} rows read, {done['added']} new, {done['suggested']} suggested joins")
        if done["redacted"]:
            print(f"{done['redacted']} names or values of segments held personal data: replaced")
    if done["problems"] and done["rows"] == len(done["problems"]):
        raise CommandFailed("no row could be used; the lines above say why")


@app.command("merge")
def merge(
    one: Person,
    other: Person,
    note: Annotated[str, typer.Option(help="Why they are one person.")] = "",
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Make two people one; everything counts them once."""
    with acting(key_file) as session:
        done: Json = session.post(
            "/v1/participants/merge", json={"people": [one, other], "note": note}
        )
    if as_json:
        print_json(done)
    elif done["join"] is None:
        print("they are one person already")
    else:
        join = done["join"]
        print(
            f"{' and '.join(join['people'])} are one person; "
            f"undo: synth people unmerge {join['id']}"
        )


@app.command("unmerge")
def unmerge(
    join: Annotated[str, typer.Argument(help="Id of the join: synth people ls --joins.")],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Undo a join: everything goes back to the id it came under."""
    with acting(key_file) as session:
        done: Json = session.post(f"/v1/participant-merges/{join}/split")
    if as_json:
        print_json(done)
    else:
        print(f"{' and '.join(done['join']['people'])} are two people again")


@app.command("withdraw")
def withdraw(
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be undone.")] = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Erase a person's words, ids, events and measurements; they agree to nothing any more."""
    if not yes and not typer.confirm(f"Withdraw {person}? This cannot be undone"):
        raise CommandFailed("nothing was done")
    with acting(key_file) as session:
        done: Json = session.post(f"/v1/participants/{quote(person, safe='')}/withdraw")
        session.wait(f"/v1/jobs/{done['erasure_job_id']}")
    if as_json:
        print_json(done)
    else:
        print(
            f"{done['participant']} withdrew: {done['ids']} ids, {done['events']} events, "
            f"{done['values']} values, {done['joins']} joins removed; {done['passages']} passages, "
            f"{done['quotes']} quotes and {done['originals']} files erased"
        )


@app.command("ls")
def list_people(
    joins: Annotated[bool, typer.Option("--joins", help="Joins and suggestions instead.")] = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List people by pseudonym with how many ids lead to them, or who was joined and why."""
    with acting(key_file) as session:
        items = list(session.items("/v1/participant-merges" if joins else "/v1/participants"))
    if joins:
        columns: dict[str, str | Column] = {
            "id": "id",
            "people": lambda item: " and ".join(item["people"]),
            **{name: name for name in ("state", "ground", "detail")},
        }
        print_rows(items, columns, as_json=as_json, empty="nobody was joined")
        return
    print_rows(
        items,
        {
            "person": "pseudonym",
            "role": "role",
            "known by": lambda item: ", ".join(
                f"{count} {name}" for name, count in sorted(item["known_by"].items())
            ),
            "segments": lambda item: ", ".join(
                f"{name} {value}" for name, value in sorted(item["segments"].items())
            ),
            "contact": lambda item: CONTACT[item["consent"]["contact"]],
        },
        as_json=as_json,
        empty="nobody yet: synth ingest PATH, or synth people import FILE",
    )
