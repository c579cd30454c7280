"""review: decide, with a reviewer's key; the same rules as everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows
from synth.cli.themes import share_text

if TYPE_CHECKING:
    from synth.cli.session import Json, Session

app = typer.Typer(help="Approve, reject or edit drafts.", no_args_is_help=True)

HypothesisId = Annotated[str, typer.Argument(help="Hypothesis id, as synth review ls gives it.")]
Etag = Annotated[
    str, typer.Option("--seen", help="Revision you read, as synth review show prints it.")
]


@app.command("ls")
def list_queue(
    held: Annotated[bool, typer.Option("--held", help="Those a check held back.")] = False,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List the drafts that wait for a decision."""
    with acting(key_file) as session:
        path, query = ("/v1/hypotheses", {"state": "held"}) if held else ("/v1/review/queue", {})
        items = list(session.items(path, **query))
    print_rows(
        items,
        {
            "draft": "title",
            "metric": "metric",
            "drafter": "drafter",
            "why held" if held else "id": lambda item: (
                "; ".join(item["held_reasons"]) if held else item["id"]
            ),
        },
        as_json=as_json,
        empty="nothing is held" if held else "queue clear: synth draft makes new ones",
    )


@app.command()
def show(hypothesis_id: HypothesisId, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show a draft with its claims and quotes."""
    with acting(key_file) as session:
        shown, seen = _load(session, hypothesis_id)
    if as_json:
        print_json({**shown, "seen": seen})
        return
    print(f"AI DRAFT by {shown['drafter']}, {shown['state']}, seen: {seen}\n{shown['statement']}\n")
    for position, claim in enumerate(shown["claims"]):
        print(f"[{position}] ({claim['kind']}) {claim['text']}")
    for citation in shown["citations"]:
        print(f'    {citation["side"]}: "{citation["quote"]}" {citation["speaker"]}')
    print(f"scale: {share_text(shown['scale'])}")


@app.command()
def approve(hypothesis_id: HypothesisId, seen: Etag = "", key_file: KeyFile = None) -> None:
    """Approve the revision you read; you vouch for every claim in it."""
    with acting(key_file) as session:
        shown, current = _load(session, hypothesis_id)
        done = _decide(
            session,
            f"/v1/review/{hypothesis_id}/approve",
            seen or current,
            {"ticked": list(range(len(shown["claims"])))},
        )
    print_json(done)


@app.command()
def reject(
    hypothesis_id: HypothesisId,
    reason: Annotated[
        list[str] | None, typer.Option("--reason", help="Reason code; repeatable.")
    ] = None,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    seen: Etag = "",
    key_file: KeyFile = None,
) -> None:
    """Reject the revision you read, with at least one reason."""
    if not reason:
        raise CommandFailed("a rejection needs a reason: --reason weak_evidence", usage=True)
    with acting(key_file) as session:
        _, current = _load(session, hypothesis_id)
        body = {"reason_codes": reason, "note": note}
        done = _decide(session, f"/v1/review/{hypothesis_id}/reject", seen or current, body)
    print_json(done)


@app.command()
def edit(
    hypothesis_id: HypothesisId,
    changes: Annotated[Path, typer.Argument(help="JSON file of changed fields.", exists=True)],
    seen: Etag = "",
    key_file: KeyFile = None,
) -> None:
    """Change a draft: a new revision by you, which somebody else must then review."""
    with acting(key_file) as session:
        _, current = _load(session, hypothesis_id)
        body = json.loads(changes.read_text())
        done = _decide(session, f"/v1/review/{hypothesis_id}/edit", seen or current, body)
    print_json(done)


def _load(session: Session, hypothesis_id: str) -> tuple[Json, str]:
    """Return a hypothesis and the revision tag that a decision must name."""
    response = session.send("GET", f"/v1/hypotheses/{hypothesis_id}")
    return response.json(), response.headers["etag"].strip('"')


def _decide(session: Session, path: str, seen: str, body: Json) -> Json:
    answer: Json = session.post(path, json=body, headers={"if-match": f'"{seen}"'})
    return answer
