"""rules: conditions on people that open an anomaly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, say

if TYPE_CHECKING:
    from synth.cli.session import Json

app = typer.Typer(help="Write and check rules about events.", no_args_is_help=True)

EXAMPLE = 'slow: onboarding_step_3_time > 60s -> "watch replays"'
RulesFile = Annotated[
    Path | None, typer.Argument(help="File of rules.", exists=True, dir_okay=False)
]
RuleText = Annotated[str | None, typer.Option("--rule", help=f"A rule: {EXAMPLE}")]


@app.command()
def add(
    file: RulesFile = None, rule: RuleText = None, as_json: AsJson = False, key_file: KeyFile = None
) -> None:
    """Add rules, or change those of the same names; a fault is marked at its word."""
    given = _given(file, rule)
    with acting(key_file) as session:
        made = session.post("/v1/rules", json=given)
    if as_json:
        print_json(made)
        return
    for one in made:
        print(one["text"])
    say("they are held against people by: synth anomalies detect")


@app.command()
def check(
    file: RulesFile = None, rule: RuleText = None, as_json: AsJson = False, key_file: KeyFile = None
) -> None:
    """Show what rules would match now; nothing is kept."""
    given = _given(file, rule)
    with acting(key_file) as session:
        found = session.post("/v1/rules/check", json=given)
    if as_json:
        print_json(found)
        return
    for one in found:
        print(one["text"])
        for match in one["matches"]:
            print(f"    {_match(match)}")
        if not one["matches"]:
            print("    nobody was measured yet")


@app.command("ls")
def list_rules(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List rules with what the newest run found."""
    with acting(key_file) as session:
        items = list(session.items("/v1/rules"))
    print_rows(
        items,
        {"rule": "text", "checked": "checked_at", "found": _found},
        as_json=as_json,
        empty=f"no rules yet: synth rules add --rule '{EXAMPLE}'",
    )


@app.command()
def rm(name: Annotated[str, typer.Argument(help="Rule name.")], key_file: KeyFile = None) -> None:
    """Forget a rule; its anomalies go with the next detection."""
    with acting(key_file) as session:
        session.send("DELETE", f"/v1/rules/{name}")
    say(f"rule {name} is forgotten")


def _given(file: Path | None, rule: str | None) -> Json:
    if (file is None) == (rule is None):
        raise CommandFailed("name a file of rules, or give one with --rule", usage=True)
    if file is not None:
        return {"text": file.read_text(encoding="utf-8-sig"), "file": file.name}
    return {"text": rule, "file": "rule"}


def _found(rule: Any) -> str:
    return "\n".join(_match(match) for match in rule["last_matches"])


def _match(match: Json) -> str:
    where = ", ".join(f"{name} {value}" for name, value in match["segment"].items())
    people = match["people"]
    interval = f" ({people['low'] * 100:.0f}-{people['high'] * 100:.0f} %)" if people["n"] else ""
    holds = "holds" if match["holds"] else "does not hold"
    slice_ = f"{where}: " if where else ""
    return f"{slice_}{holds}, {people['k']} of {people['n']}{interval} people"
