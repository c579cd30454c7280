"""key and audit: who may act, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows

if TYPE_CHECKING:
    from synth.cli.session import Json, Session

#: What the option --role says.
ROLES = "admin, researcher, pm, analyst or reviewer; may be given several times."

app = typer.Typer(help="Who works here, and their API keys (admin).", no_args_is_help=True)
audit_app = typer.Typer(help="Read and verify the audit trail.", no_args_is_help=True)


@app.command("ls")
def list_keys(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List keys; only their first characters are known."""
    with acting(key_file) as session:
        items = list(session.items("/v1/keys"))
    columns = ("prefix", "name", "created_at", "revoked_at", "id")
    print_rows(
        items,
        {name: name for name in columns},
        as_json=as_json,
        empty="no keys",
    )


@app.command("people")
def list_people(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List who works here, with their roles."""
    with acting(key_file) as session:
        items = list(session.items("/v1/members"))
    shown = items if as_json else [{**each, "roles": ", ".join(each["roles"])} for each in items]
    print_rows(shown, {name: name for name in ("name", "roles", "id")}, as_json=as_json, empty="")


@app.command()
def add(
    name: str,
    role: Annotated[list[str], typer.Option(help=ROLES)],
    key_file: KeyFile = None,
) -> None:
    """Add somebody who works here and print their key; this is the only time it is shown."""
    with acting(key_file) as session:
        print(session.post("/v1/members", json={"name": name, "roles": role})["key"])


@app.command()
def change(
    member: str,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    role: Annotated[list[str] | None, typer.Option(help=ROLES)] = None,
    key_file: KeyFile = None,
) -> None:
    """Give somebody another name, or exactly these roles; their sessions go by them at once."""
    with acting(key_file) as session:
        person = _named(session, member)
        wanted = {"name": name or person["name"], "roles": role or person["roles"]}
        changed = session.send("PUT", f"/v1/members/{person['id']}", json=wanted).json()
        print(f"{changed['name']}: {', '.join(changed['roles'])}")


@app.command()
def create(
    member: Annotated[str, typer.Option(help="Name of the person the key is for.")],
    key_file: KeyFile = None,
) -> None:
    """Create a key and print it; this is the only time it is shown."""
    with acting(key_file) as session:
        person = _named(session, member)
        print(session.post("/v1/keys", json={"member_id": person["id"]})["key"])


@app.command()
def revoke(key_id: str, key_file: KeyFile = None) -> None:
    """Revoke a key and end its sessions."""
    with acting(key_file) as session:
        session.send("DELETE", f"/v1/keys/{key_id}")


def _named(session: Session, name: str) -> Json:
    """Return who is called `name` here; raises CommandFailed."""
    people = [each for each in session.items("/v1/members") if each["name"] == name]
    if len(people) != 1:
        raise CommandFailed(f"nobody here is called {name}; `synth key people` lists everybody")
    return people[0]


@audit_app.command()
def verify(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Check that the audit trail is whole."""
    with acting(key_file) as session:
        result = session.get("/v1/audit/verify")
    if as_json:
        print_json(result)
    else:
        print("intact" if result["intact"] else f"BROKEN: {result['problem']}")
    if not result["intact"]:
        raise typer.Exit(1)
