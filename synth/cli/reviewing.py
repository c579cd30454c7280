"""review: decide, with a reviewer's key; the same rules as everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting, end_of_day
from synth.cli.output import Column, CommandFailed, print_json, print_rows
from synth.cli.themes import share_text

if TYPE_CHECKING:
    from synth.cli.session import Json, Session

app = typer.Typer(
    help="Approve, reject, edit, claim, merge, release drafts; take a decision back.",
    no_args_is_help=True,
)

HypothesisId = Annotated[str, typer.Argument(help="Hypothesis id, as synth review ls gives it.")]
#: What stands behind a draft, in the order it is printed.
BEHIND = ("symptom", "cause_kind", "cause", "first_guess", "why_not", "edge_case", "next_step")
Etag = Annotated[
    str, typer.Option("--seen", help="Revision you read, as synth review show prints it.")
]


@app.command("ls")
def list_queue(
    held: Annotated[bool, typer.Option("--held", help="Those a check held back.")] = False,
    find: Annotated[str, typer.Option(help="With --held: words they must have.")] = "",
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List the drafts that wait for a decision, most urgent first."""
    with acting(key_file) as session:
        path, query = ("/v1/review/held", {"q": find}) if held else ("/v1/review/queue", {})
        items = list(session.items(path, **query))
    columns: dict[str, str | Column] = {
        "draft": "title", "metric": "metric", "drafter": "drafter",
    }  # fmt: skip
    more: dict[str, Column] = (
        {"why held": _why_held} if held else {"points": _points, "taken": _taken}
    )
    print_rows(
        items,
        {**columns, **more, "id": "id"},
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
    print(f"{shown['if_then']}\n")
    for name in BEHIND:
        if shown[name]:
            print(f"{name.replace('_', ' ')}: {str(shown[name]).replace('_', ' ')}")
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
    hypothesis_ids: Annotated[list[str], typer.Argument(help="One hypothesis id or several.")],
    reason: Annotated[
        list[str] | None, typer.Option("--reason", help="Reason code; repeatable.")
    ] = None,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    seen: Etag = "",
    key_file: KeyFile = None,
) -> None:
    """Reject the revision you read, with at least one reason; several drafts for the same one."""
    if not reason:
        raise CommandFailed("a rejection needs a reason: --reason weak_evidence", usage=True)
    if seen and len(hypothesis_ids) > 1:
        raise CommandFailed("--seen names the revision of one draft; reject one", usage=True)
    body: Json = {"reason_codes": reason, "note": note}
    with acting(key_file) as session:
        current = {name: seen or _load(session, name)[1] for name in hypothesis_ids}
        if len(current) > 1:
            drafts = [{"id": name, "seen": etag} for name, etag in current.items()]
            done: Json = session.post("/v1/review/reject", json={**body, "drafts": drafts})
        else:
            [(name, etag)] = current.items()
            done = _decide(session, f"/v1/review/{name}/reject", etag, body)
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


@app.command()
def claim(
    hypothesis_id: HypothesisId,
    release: Annotated[bool, typer.Option("--let-go", help="Give your claim back.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Take a draft for half an hour: until then nobody else decides on it."""
    path = f"/v1/review/{hypothesis_id}/claim"
    with acting(key_file) as session:
        if release:
            session.send("DELETE", path)
            return
        print_json(session.post(path))


@app.command()
def deadline(
    hypothesis_id: HypothesisId,
    day: Annotated[str, typer.Argument(help="By when it must be decided, as 2026-03-31.")],
    key_file: KeyFile = None,
) -> None:
    """Set by when a draft must be decided; it rises in the queue as that day comes near."""
    body = {"due_at": end_of_day(day)}
    with acting(key_file) as session:
        path = f"/v1/review/{hypothesis_id}/deadline"
        print_json(session.send("PUT", path, json=body).json())


@app.command()
def merge(
    hypothesis_id: HypothesisId,
    into: Annotated[str, typer.Option(help="Id of the draft that goes on.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it out of its merge.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Merge a duplicate into another draft of the metric that shares its anomaly or theme."""
    if bool(into) is undo:
        raise CommandFailed("say --into ID of the draft that goes on, or --undo", usage=True)
    with acting(key_file) as session:
        if undo:
            print_json(session.post(f"/v1/review/{hypothesis_id}/unmerge"))
            return
        _, seen = _load(session, hypothesis_id)
        print_json(_decide(session, f"/v1/review/{hypothesis_id}/merge", seen, {"into": into}))


@app.command()
def release(hypothesis_id: HypothesisId, seen: Etag = "", key_file: KeyFile = None) -> None:
    """Put a held draft into the queue, if it passes every check now; somebody else decides."""
    with acting(key_file) as session:
        _, current = _load(session, hypothesis_id)
        print_json(_decide(session, f"/v1/review/{hypothesis_id}/release", seen or current, {}))


@app.command("take-back")
def take_back(hypothesis_id: HypothesisId, seen: Etag = "", key_file: KeyFile = None) -> None:
    """Take your own vote or rejection back; prints the draft that waits again."""
    with acting(key_file) as session:
        _, current = _load(session, hypothesis_id)
        path = f"/v1/review/{hypothesis_id}/take-back"
        print_json(_decide(session, path, seen or current, {}))


@app.command()
def measures(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show per reviewer how long, how often yes, what was corrected, which canaries were caught."""
    with acting(key_file) as session:
        found = session.get("/v1/review/measures")
    if as_json:
        print_json(found)
        return
    print_rows(
        [one for one in found["reviewers"] if one["decided"]],
        {
            "reviewer": "name",
            "approved": _approved,
            "corrected": lambda one: share_text(one["overridden"]),
            "canaries caught": _caught,
            "median time": _median,
            "left": "left",
            "look at": "warning",
        },
        as_json=False,
        empty="nobody has decided on a draft yet",
    )
    for name, one in found["agreement"].items():
        if one["value"] is not None:
            print(f"{name}: {one['value']:.2f} over {one['units']} drafts")


@app.command()
def rules(
    reviewers: Annotated[
        int | None, typer.Option(min=1, max=5, help="Different people who must agree.")
    ] = None,
    canaries: Annotated[
        float | None, typer.Option(min=0, max=0.5, help="Drafts wrong on purpose, per real one.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Show how the workspace reviews, or set it with an admin's key."""
    with acting(key_file) as session:
        found = session.get("/v1/review/rules")
        if reviewers is not None or canaries is not None:
            found["reviewers_needed"] = reviewers or found["reviewers_needed"]
            found["canary_rate"] = found["canary_rate"] if canaries is None else canaries
            found = session.send("PUT", "/v1/review/rules", json=found).json()
    if as_json:
        print_json(found)
        return
    needed = found["reviewers_needed"]
    print("one reviewer decides" if needed == 1 else f"{needed} reviewers must say the same")
    rate = round(100 * found["canary_rate"])
    print(f"{rate or 'no'} drafts wrong on purpose" + (" per 100 real ones" if rate else ""))


def _approved(one: Mapping[str, Any]) -> str:
    return share_text(one["approved"]) if one["approved"]["n"] else "told once decided"


def _caught(one: Mapping[str, Any]) -> str:
    return share_text(one["canaries_caught"]) if one["canaries_caught"]["n"] else "none seen"


def _median(one: Mapping[str, Any]) -> str:
    return "not timed" if one["median_seconds"] is None else f"{one['median_seconds']:.0f} s"


def _why_held(item: Mapping[str, Any]) -> str:
    return "; ".join(item["held_reasons"])


def _points(item: Mapping[str, Any]) -> str:
    return f"{item['priority']['score']:.0f}"


def _taken(item: Mapping[str, Any]) -> str:
    return f"until {item['claim']['expires_at'][11:16]} UTC" if item["claim"] else ""


def _load(session: Session, hypothesis_id: str) -> tuple[Json, str]:
    """Return a hypothesis and the revision tag that a decision must name."""
    response = session.send("GET", f"/v1/hypotheses/{hypothesis_id}")
    return response.json(), response.headers["etag"].strip('"')


def _decide(session: Session, path: str, seen: str, body: Json) -> Json:
    answer: Json = session.post(path, json=body, headers={"if-match": f'"{seen}"'})
    return answer
