"""The `synth` command: one line for each failure, exit code 1; wrong usage, exit code 2."""

from __future__ import annotations

import sys

import typer

from synth.cli import (
    anomalies,
    bench,
    demo,
    drafts,
    evals,
    experiments,
    exporting,
    funnels,
    fusion,
    ingest,
    insights,
    investigations,
    keys_commands,
    metrics,
    people,
    reviewing,
    rules,
    running,
    schedules,
    themes,
)
from synth.cli.output import CommandFailed, say

app = typer.Typer(
    name="synth",
    help="Themes with exact citations, tested links to metrics, hypotheses behind a human review.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (demo, running, schedules, ingest, drafts, bench):
    module.register(app)
app.add_typer(themes.app, name="themes")
app.add_typer(people.app, name="people")
app.add_typer(experiments.app, name="experiments")
app.add_typer(metrics.app, name="metrics")
app.add_typer(metrics.events_app, name="events")
app.add_typer(funnels.app, name="funnels")
app.add_typer(rules.app, name="rules")
app.add_typer(anomalies.app, name="anomalies")
app.add_typer(anomalies.tag_app, name="tag")
app.add_typer(anomalies.links_app, name="links")
app.add_typer(investigations.app, name="investigations")
app.add_typer(reviewing.app, name="review")
app.add_typer(insights.app, name="insights")
app.add_typer(fusion.app, name="fusion")
app.add_typer(exporting.app, name="export")
app.add_typer(keys_commands.app, name="key")
app.add_typer(keys_commands.audit_app, name="audit")
app.add_typer(evals.app, name="eval")


def main() -> None:
    """Run the command line; turn a failure into one line and an exit code."""
    try:
        app()
    except CommandFailed as error:
        say(f"synth: {error}")
        sys.exit(error.exit_code)
    except Exception as error:
        from synth.errors import SynthError

        if not isinstance(error, SynthError):
            raise
        say(f"synth: {error.message}")
        sys.exit(1)
