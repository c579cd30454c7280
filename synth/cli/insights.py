"""insights: what was approved, what was decided on it, tried and seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows
from synth.cli.themes import share_text

if TYPE_CHECKING:
    from synth.cli.session import Json

app = typer.Typer(help="Read approved insights; decide, test, close.", no_args_is_help=True)

InsightId = Annotated[str, typer.Argument(help="Insight id, as synth insights ls gives it.")]
Day = Annotated[str | None, typer.Option(help="A day, for example 2026-03-20.")]
PAIRS = "NAME=VALUE; repeatable."


@app.command("ls")
def list_insights(
    query: Annotated[str, typer.Option(help="Words to look for.")] = "",
    metric: Annotated[str, typer.Option(help="Name of a metric.")] = "",
    state: Annotated[
        str | None, typer.Option(help="approved, decided, testing, closed, ...")
    ] = None,
    flag: Annotated[str | None, typer.Option(help="overdue, moved_again, stale, ...")] = None,
    label: Annotated[list[str] | None, typer.Option(help=f"Label, {PAIRS}")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List insights: overdue ones first, then the newest."""
    given = {"q": query, "metric": metric, "state": state, "flag": flag, **_pairs(label)}
    wanted = {name: value for name, value in given.items() if value}
    with acting(key_file) as session:
        items = list(session.items("/v1/insights", **wanted))
    print_rows(
        items,
        {
            "insight": "title",
            "metric": "metric",
            "state": "state",
            "decision": _decision,
            "look again": lambda item: "; ".join(flag["words"] for flag in item["flags"]),
            "id": "id",
        },
        as_json=as_json,
        empty="no insight: a reviewer approves drafts with synth review approve ID",
    )


@app.command()
def show(insight_id: InsightId, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show an insight exactly as it was approved, and what became of it."""
    with acting(key_file) as session:
        insight = session.get(f"/v1/insights/{insight_id}")
    if as_json:
        print_json(insight)
        return
    print(f"{insight['title']}\n{insight['statement']}\n")
    for citation in insight["citations"]:
        print(f'{citation["side"]}: "{citation["quote"]}" {citation["speaker"]}')
    for one in insight["also_in"]:
        print(f"also in anomaly {one['anomaly_id']}: {share_text(one['people'])}")
    print(f"\n{insight['state']}; {_decision(insight) or 'nothing decided'}; {insight['result']}")
    for one in insight["quant"]:
        print(f"{one['metric']}: {one['before']:g} -> {one['after']:g}, {one['verdict']}")
    for words in [*(flag["words"] for flag in insight["flags"]), *insight["missing"]]:
        print(f"- {words}")


@app.command()
def label(
    insight_id: InsightId,
    labels: Annotated[list[str], typer.Argument(help=f"persona, job, pain, ... {PAIRS}")],
    key_file: KeyFile = None,
) -> None:
    """Set labels: each kind that is named gets these values in place of its old ones."""
    body: dict[str, list[str]] = {}
    for text in labels:
        name, value = _pair(text)
        body.setdefault(name, [])
        body[name] += [value] if value else []
    with acting(key_file) as session:
        print_json(session.send("PUT", f"/v1/insights/{insight_id}/labels", json=body).json())


@app.command()
def decide(
    insight_id: InsightId,
    choice: Annotated[str, typer.Argument(help="build, test, investigate or drop")],
    deadline: Day = None,
    owner: Annotated[str | None, typer.Option(help="Id of a member; else you.")] = None,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    key_file: KeyFile = None,
) -> None:
    """Decide what is done, by whom and until when."""
    body = {"choice": choice, "deadline": deadline, "owner_id": owner, "note": note}
    _post(insight_id, "decision", body, key_file)


@app.command("test")
def start_test(
    insight_id: InsightId,
    kind: Annotated[str, typer.Argument(help="ab, flag, pilot or rollout")],
    name: Annotated[str, typer.Argument(help="What it is called.")],
    starts: Annotated[str, typer.Option(help="First day, for example 2026-03-20.")],
    ends: Day = None,
    change: Annotated[str, typer.Option(help="What was changed.")] = "",
    split: Annotated[list[str] | None, typer.Option(help=f"Share of an arm, {PAIRS}")] = None,
    experiment: Annotated[
        str | None, typer.Option(help="Experiment whose results it will take over.")
    ] = None,
    key_file: KeyFile = None,
) -> None:
    """Record what is tried."""
    shares = {name: _number(value) for name, value in _pairs(split).items()}
    body: Json = {"kind": kind, "name": name, "change": change, "split": shares}
    body |= {"starts_on": starts, "ends_on": ends, "experiment_id": experiment}
    _post(insight_id, "test", body, key_file)


@app.command()
def outcome(
    insight_id: InsightId,
    before: Annotated[float | None, typer.Option(help="Value before.")] = None,
    after: Annotated[float | None, typer.Option(help="Value after.")] = None,
    metric: Annotated[str | None, typer.Option(help="Else the insight's own.")] = None,
    segment: Annotated[list[str] | None, typer.Option(help=f"Slice, {PAIRS}")] = None,
    counts: Annotated[str, typer.Option(help="K/N before and after: 80/100,28/100.")] = "",
    experiment: Annotated[
        str | None, typer.Option(help="Take its imported numbers over; a test may name it.")
    ] = None,
    variant: Annotated[str | None, typer.Option(help="Which of several variants.")] = None,
    quote: Annotated[list[str] | None, typer.Option(help="Words said after launch.")] = None,
    against: Annotated[bool, typer.Option("--against", help="The quotes say why not.")] = False,
    finding: Annotated[list[str] | None, typer.Option(help="Seen by accident.")] = None,
    learning: Annotated[str, typer.Option(help="What to remember.")] = "",
    close: Annotated[bool, typer.Option("--close", help="End the loop.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Record what a test brought; --close needs a number, a quote and the learning."""
    quant: list[Json] = []
    if before is not None or after is not None or counts:
        values: Json = {"metric": metric, "before": before, "after": after, **_counts(counts)}
        quant = [{**values, "segment": _pairs(segment)}]
    results = {"experiment_id": experiment, "variant": variant} if experiment or variant else None
    side = "against" if against else "for"
    body = {
        "quant": quant,
        "results": results,
        "quotes": [{"quote": words, "side": side} for words in quote or []],
        "findings": finding or [],
        "learning": learning,
        "close": close,
    }
    _post(insight_id, "outcome", body, key_file)


@app.command()
def reopen(
    insight_id: InsightId,
    reason: Annotated[str | None, typer.Option(help="moved_again, new_evidence, ...")] = None,
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    key_file: KeyFile = None,
) -> None:
    """Take a closed or dropped insight up again."""
    _post(insight_id, "reopen", {"reason": reason, "note": note}, key_file)


@app.command("case-study")
def case_study(
    insight_id: InsightId,
    html: Annotated[bool, typer.Option("--html", help="HTML in place of Markdown.")] = False,
    key_file: KeyFile = None,
) -> None:
    """Print the one-page case study of an insight."""
    form = "html" if html else "markdown"
    with acting(key_file) as session:
        print(session.text(f"/v1/insights/{insight_id}/case-study?format={form}"))


def _post(insight_id: str, act: str, body: Json, key_file: Any) -> None:
    with acting(key_file) as session:
        print_json(session.post(f"/v1/insights/{insight_id}/{act}", json=body))


def _decision(item: Any) -> str:
    decision = item["decision"]
    if not decision:
        return ""
    late = f", {decision['days_over']} days over" if decision["is_overdue"] else ""
    until = f" until {decision['deadline']}" if decision["deadline"] else ""
    return f"{decision['choice']}{until}{late}"


def _pairs(given: list[str] | None) -> dict[str, str]:
    return dict(_pair(text) for text in given or [])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandFailed(f"{text!r} is no NAME=VALUE", usage=True)
    return name.strip(), value.strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CommandFailed(f"{text!r} is no number", usage=True) from None


def _counts(text: str) -> dict[str, int]:
    if not text:
        return {}
    numbers = text.replace("/", ",").split(",")
    if len(numbers) != 4 or not all(number.strip().isdigit() for number in numbers):
        raise CommandFailed(f"{text!r} is no K/N,K/N", usage=True)
    names = ("before_k", "before_n", "after_k", "after_n")
    return {name: int(number) for name, number in zip(names, numbers, strict=True)}
