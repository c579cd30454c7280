"""investigations trigger(s): which anomalies open an investigation by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, print_rows


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("triggers")(list_triggers)
    app.command("trigger")(put_trigger)


def list_triggers(as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """List the rules by which anomalies open an investigation by themselves."""
    with acting(key_file) as session:
        items = list(session.items("/v1/triggers"))
    print_rows(
        items,
        {
            "trigger": "name",
            "when": _condition,
            "decide within": lambda item: f"{item['deadline_days']} days",
            "active": lambda item: "yes" if item["is_active"] else "no",
            "id": "id",
        },
        as_json=as_json,
        empty='none yet: synth investigations trigger "Activation falls" --metric activation',
    )


def put_trigger(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    metric: Annotated[list[str] | None, typer.Option(help="Metric; repeatable; else any.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Kind of anomaly; else any.")] = None,
    mark: Annotated[list[str] | None, typer.Option(help="north_star or top; else any.")] = None,
    people: Annotated[int | None, typer.Option(help="People hit, at least.")] = None,
    change: Annotated[float | None, typer.Option(help="Relative change: 0.1 is a tenth.")] = None,
    days: Annotated[int | None, typer.Option(help="Days until the decision is due.")] = None,
    owner: Annotated[str | None, typer.Option(help="Id of a member; else you.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Switch it off.")] = False,
    trigger_id: Annotated[str, typer.Option("--id", help="Change this one.")] = "",
    key_file: KeyFile = None,
) -> None:
    """Add a trigger, or change the one named by --id; what is left out stays."""
    given = {
        "name": name,
        "metrics": metric,
        "kinds": kind,
        "marks": mark,
        "min_affected": people,
        "min_change": change,
        "deadline_days": days,
        "owner_id": owner,
        "is_active": False if off else None,
    }
    body = {field: value for field, value in given.items() if value is not None}
    with acting(key_file) as session:
        if not trigger_id:
            print_json(session.post("/v1/triggers", json=body))
            return
        known = next(one for one in session.items("/v1/triggers") if one["id"] == trigger_id)
        kept = {field: known[field] for field in given if field != "is_active"}
        whole = {**kept, "is_active": True, **body}
        print_json(session.send("PUT", f"/v1/triggers/{trigger_id}", json=whole).json())


def _condition(item: Mapping[str, Any]) -> str:
    named = [*item["metrics"], *item["marks"], *item["kinds"]]
    size = f"{item['min_affected']} people or more"
    change = f"by {item['min_change']:g} or more" if item["min_change"] else ""
    return ", ".join(part for part in (*named, size, change) if part)
