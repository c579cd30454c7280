"""investigations: open one, read its brief, see whom to ask, check interview questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from synth.cli import triggers
from synth.cli.options import AsJson, KeyFile, acting, end_of_day
from synth.cli.output import CommandFailed, print_json, print_rows, say

app = typer.Typer(help="Explain what moved: brief, people, sessions, guide.", no_args_is_help=True)
triggers.register(app)

Id = Annotated[str, typer.Argument(help="Investigation id.")]


@app.command("ls")
def list_investigations(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List investigations: open ones first, the next deadline first."""
    with acting(key_file) as session:
        items = list(session.items("/v1/investigations"))
    print_rows(
        items,
        {"state": _state, "question": "question", "due": _due, "id": "id"},
        as_json=as_json,
        empty="none yet: synth investigations open ANOMALY, or add a trigger (POST /v1/triggers)",
    )


@app.command("open")
def open_investigation(
    anomaly_id: Annotated[str, typer.Argument(help="Anomaly id.")],
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Open the investigation of an anomaly."""
    with acting(key_file) as session:
        case = session.post("/v1/investigations", json={"anomaly_id": anomaly_id})
    if as_json:
        print_json(case)
    else:
        print(f"{case['id']}\n{case['question']}\ndue {case['deadline'][:10]}")


@app.command()
def show(investigation_id: Id, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show how far an investigation is: both sides, talks, sessions, impact, deadline."""
    with acting(key_file) as session:
        found = session.get(f"/v1/investigations/{investigation_id}")
    if as_json:
        print_json(found)
        return
    print(f"{found['question']}\n{_state(found)}, due {_due(found)}\n")
    _print_learnt(found["learnt"])
    _print_progress(found["progress"])
    for each in found["findings"]:
        print(f"{each['side']}: {each['kind']} {each['ref']} {each['note']}".rstrip())
    _print_impact(found["impact"])


@app.command()
def change(
    investigation_id: Id,
    deadline: Annotated[str, typer.Option(help="Day of the decision, as 2026-03-31.")] = "",
    owner: Annotated[str | None, typer.Option(help="Id of a member.")] = None,
    question: Annotated[str | None, typer.Option(help="What is to be found out.")] = None,
    method: Annotated[str | None, typer.Option(help="How.")] = None,
    talks: Annotated[int | None, typer.Option(help="People to talk to.")] = None,
    sessions: Annotated[int | None, typer.Option(help="Sessions to watch.")] = None,
    key_file: KeyFile = None,
) -> None:
    """Change a brief: until when to decide, who owns it, question, method, targets."""
    given = {
        "deadline": end_of_day(deadline) if deadline else None,
        "owner_id": owner,
        "question": question,
        "method": method,
        "talks_target": talks,
        "replays_target": sessions,
    }
    body = {field: value for field, value in given.items() if value is not None}
    if not body:
        raise CommandFailed("nothing to change: give --deadline DAY, for example", usage=True)
    with acting(key_file) as session:
        path = f"/v1/investigations/{investigation_id}"
        print_json(session.send("PATCH", path, json=body).json())


@app.command()
def brief(investigation_id: Id, key_file: KeyFile = None) -> None:
    """Print the brief as Markdown: question, segment, method, n, deadline, guide."""
    with acting(key_file) as session:
        found = session.get(f"/v1/investigations/{investigation_id}")
        sessions = list(session.items(f"/v1/investigations/{investigation_id}/playlist"))
    print(f"# {found['question']}\n")
    _print_learnt(found["learnt"])
    print(f"- Who: {found['who']}\n- How: {found['method']}")
    print(f"- Talks: {found['talks_target']}, sessions: {found['replays_target']}")
    print(f"- Decision due: {found['deadline'][:10]}\n\n## Guide\n\n{found['guide']['opening']}\n")
    for layer in found["guide"]["layers"]:
        print(f"### {layer['name']}\n{layer['purpose']}\n")
        print("\n".join(f"- {question}" for question in layer["questions"]) + "\n")
    print(f"## Sessions to watch ({len(sessions)})\n")
    for each in sessions:
        print(f"- {each['pseudonym']} {each['session_id']} {each['signal']} {each['url']}".rstrip())


@app.command()
def recruits(investigation_id: Id, key_file: KeyFile = None) -> None:
    """Print whom to ask as CSV: hit, agreed to be contacted, not talked to yet."""
    with acting(key_file) as session:
        print(session.text(f"/v1/investigations/{investigation_id}/recruits.csv"), end="")
        found = session.get(f"/v1/investigations/{investigation_id}")
    if found["askable"]["left_out"]:
        say(found["askable"]["left_out"])


@app.command()
def accounts(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List the health of accounts, the largest fall first; a fall opens a check-in."""
    with acting(key_file) as session:
        items = list(session.items("/v1/accounts"))
    print_rows(
        items,
        {
            "account": "account",
            "health": lambda item: "not known" if item["now"] is None else f"{item['now']:.0f}",
            "change": lambda item: "" if item["change"] is None else f"{item['change']:+.0f}",
            "of": lambda item: "; ".join(part["basis"] for part in item["parts"]),
            "themes": lambda item: ", ".join(theme["title"] for theme in item["themes"]),
        },
        as_json=as_json,
        empty="no account is known: import people with a column segment.account",
    )


@app.command()
def lint(
    questions: Annotated[list[str] | None, typer.Argument(help="Questions, each quoted.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="File with one question per line.", exists=True)
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Check interview questions; exit 1 if one gets no honest answer, with a better one."""
    asked = [*(questions or []), *(_lines(file) if file else [])]
    if not asked:
        raise CommandFailed("no question: give some, or --file FILE", usage=True)
    with acting(key_file) as session:
        found = session.post("/v1/questions/lint", json={"questions": asked})
    if as_json:
        print_json(found)
    else:
        for each in found:
            _print_question(each)
    faulty = sum(bool(each["problems"]) for each in found)
    if faulty:
        raise CommandFailed(f"{faulty} of {len(found)} questions need another wording")


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]


def _print_question(each: Mapping[str, Any]) -> None:
    print(f"{'fine' if not each['problems'] else 'no'}  {each['question']}")
    for problem in each["problems"]:
        print(f"      {problem['fault']}: {problem['reason']}")
    better = next((one["better"] for one in each["problems"] if one["better"]), "")
    if better:
        print(f"      better: {better}")


def _print_learnt(learnt: Sequence[Mapping[str, Any]]) -> None:
    for each in learnt:
        print(f"learnt before, {each['approved_at'][:10]}: {each['title']} ({each['id']})")
    if learnt:
        print()


def _print_progress(progress: Mapping[str, Any]) -> None:
    talks = f"{progress['talks']} of {progress['talks_target']} people talked to"
    replays = f"{progress['replays']} of {progress['replays_target']} watched"
    print(f"{talks}, {replays}, {progress['askable']} to ask")
    for name, what in (("first_hours", "first"), ("fifth_hours", "fifth")):
        hours = progress[name]
        print(f"hours to the {what} conversation: {'none yet' if hours is None else hours}")


def _print_impact(impact: Mapping[str, Any]) -> None:
    for step in impact["steps"]:
        counted = f"{step['k']} of {step['n']}" if step["n"] else f"{step['value']:g}"
        range_ = f" ({step['low']:.0f}-{step['high']:.0f})" if step["low"] < step["high"] else ""
        source = f"{step['origin']}: {step['source']}"
        print(f"x {counted} {step['name']} = {step['result']:g} {step['unit']}{range_}  [{source}]")


def _state(item: Mapping[str, Any]) -> str:
    words = {"numbers_only": "unexplained (numbers only)", "words_only": "unexplained (words only)"}
    return words.get(item["state"], str(item["state"]).replace("_", " "))


def _due(item: Mapping[str, Any]) -> str:
    if item["decided_at"]:
        return f"decided {item['decided_at'][:10]}: {item['decision'].replace('_', ' ')}"
    return f"{item['deadline'][:10]}{' OVERDUE' if item['is_overdue'] else ''}"
