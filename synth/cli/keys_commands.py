"""key and audit: who may act, and what was done."""

from __future__ import annotations

from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows

app = typer.Typer(help="Create, list and revoke API keys (admin).", no_args_is_help=True)
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


@app.command()
def create(
    member: Annotated[str, typer.Option(help="Name of the person the key is for.")],
    key_file: KeyFile = None,
) -> None:
    """Create a key and print it; this is the only time it is shown."""
    with acting(key_file) as session:
        people = [each for each in session.items("/v1/members") if each["name"] == member]
        if len(people) != 1:
            raise CommandFailed(f"no one person is called {member}; see synth key ls")
        print(session.post("/v1/keys", json={"member_id": people[0]["id"]})["key"])


@app.command()
def revoke(key_id: str, key_file: KeyFile = None) -> None:
    """Revoke a key and end its sessions."""
    with acting(key_file) as session:
        session.send("DELETE", f"/v1/keys/{key_id}")


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
