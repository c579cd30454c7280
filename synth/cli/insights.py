"""insights: what was approved."""

from __future__ import annotations

from typing import Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import print_json, print_rows

app = typer.Typer(help="Read approved insights.", no_args_is_help=True)


@app.command("ls")
def list_insights(
    query: Annotated[str | None, typer.Option(help="Words to look for.")] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """List insights, the newest first."""
    with acting(key_file) as session:
        items = list(session.items("/v1/insights", **({"q": query} if query else {})))
    print_rows(
        items,
        {
            "insight": "title",
            "metric": "metric",
            "approved": lambda item: item["approved_at"][:10],
            "id": "id",
        },
        as_json=as_json,
        empty="no insight yet: a reviewer approves drafts with synth review approve ID",
    )


@app.command()
def show(insight_id: str, as_json: AsJson = False, key_file: KeyFile = None) -> None:
    """Show an insight exactly as it was approved."""
    with acting(key_file) as session:
        insight = session.get(f"/v1/insights/{insight_id}")
    if as_json:
        print_json(insight)
        return
    print(f"{insight['title']}\n{insight['statement']}\n")
    for citation in insight["citations"]:
        print(f'{citation["side"]}: "{citation["quote"]}" {citation["speaker"]}')
