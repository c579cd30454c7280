"""The commands of insights and of the rhythm, spoken to a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synth.access.types import MemberRole
from synth.cli.main import app
from synth.cli.output import CommandFailed
from tests.acceptance.browser import served
from tests.acceptance.test_closed_loop import Team, approve
from tests.reference_case import AFTER

RESULTS = """experiment,metric,variant,n,conversions,control
x1,day3_abandonment,old,200,160,yes
x1,day3_abandonment,new,200,56,
x1,day3_abandonment,other,200,159,
"""


class Shell:
    """Runs commands as the person of a role."""

    def __init__(self, team: Team, folder: Path) -> None:
        self.team, self.folder = team, folder

    def run(self, *words: str, role: str = "pm") -> str:
        """Return what a command prints; raises what made it fail."""
        environment = {
            "SYNTH_DATA_DIR": str(self.folder),
            "SYNTH_KEY": self.team.keys[MemberRole(role)],
        }
        result = CliRunner().invoke(app, words, env=environment)
        if result.exception is not None:
            raise result.exception
        return result.stdout

    def json(self, *words: str, role: str = "pm") -> list[dict[str, object]]:
        """Return what a command prints as JSON."""
        found: list[dict[str, object]] = json.loads(self.run(*words, "--json", role=role))
        return found


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell beside a served workspace with an approved insight."""
    team = Team(tmp_path / "data")
    try:
        with served(team.services) as team.base:
            (tmp_path / "data" / "server.json").write_text(json.dumps({"url": team.base}))
            team.clock.day(9)
            yield Shell(team, tmp_path / "data")
    finally:
        team.services.engine.dispose()


def test_a_loop_is_closed_by_commands(shell: Shell) -> None:
    insight = approve(shell.team)
    shell.run("insights", "label", insight, "priority=high", "persona=buyer")
    [row] = shell.json("insights", "ls", "--label", "persona=buyer", "--state", "approved")
    assert row["id"] == insight
    with pytest.raises(CommandFailed, match="needs a deadline"):
        shell.run("insights", "decide", insight, "build")
    shell.run("insights", "decide", insight, "build", "--deadline", "2026-12-31")
    starts = shell.team.clock.day(21)
    shell.run("insights", "test", insight, "rollout", "status", "--starts", starts)
    shell.team.clock.day(82)
    table = shell.folder / "x.csv"
    table.write_text(RESULTS)
    shell.run("experiments", "import", str(table), role="analyst")
    taken = shell.run("insights", "outcome", insight, "--experiment", "x1", "--variant", "new")
    assert json.loads(taken)["quant"][0]["source"]["control"] == "old"
    number = ("--before", "0.8", "--after", "0.28", "--segment", "plan=enterprise")
    with pytest.raises(CommandFailed, match="a quote of somebody after launch"):
        shell.run("insights", "outcome", insight, *number, "--close", "--learning", "It helps.")
    shell.team.hear(AFTER, 80)
    closing = ("--quote", AFTER, "--learning", "It helps.", "--close", "--finding", "Templates")
    shell.run("insights", "outcome", insight, *number, *closing, role="analyst")
    assert "closed; build until 2026-12-31; confirmed" in shell.run("insights", "show", insight)
    assert "It helps." in shell.run("insights", "case-study", insight)
    assert "<article" in shell.run("insights", "case-study", insight, "--html")
    shell.run("insights", "reopen", insight, "--note", "another team asks")
    assert shell.json("insights", "ls")[0]["state"] == "reopened"


def test_the_rhythm_by_commands(shell: Shell) -> None:
    approve(shell.team)
    shell.run("fusion", "key-metrics", "day3_abandonment", "trial_to_paid")
    shell.run("fusion", "confidence", "9", role="analyst")
    metrics = {one["key"]: one for one in shell.json("fusion", "metrics")}
    assert metrics["diagnosis"]["value"] == 9
    assert metrics["confidence"]["is_met"] is True
    assert [one["kind"] for one in shell.json("fusion", "agenda")] == ["decide"]
    assert shell.json("fusion", "cadence")[0]["name"] == "PM"
    assert any(step["is_done"] for step in shell.json("fusion", "checklist"))
    assert "What we learnt" in shell.run("fusion", "pack")
    shell.run("fusion", "held", "--note", "all were there")
    for command in ("metrics", "agenda", "cadence", "checklist"):
        assert shell.run("fusion", command)


def test_a_review_has_its_deadline_by_command_as_by_api(shell: Shell) -> None:
    draft = shell.team.case.draft_id
    set_to = json.loads(shell.run("review", "deadline", draft, "2026-04-01"))
    assert set_to == {"due_at": "2026-04-01T23:59:00Z"}
    [waiting] = shell.json("review", "ls", role="reviewer")
    assert waiting["priority"]["is_due_set"] is True  # type: ignore[index]
    with pytest.raises(CommandFailed, match="is no day") as wrong:
        shell.run("review", "deadline", draft, "tomorrow")
    assert wrong.value.exit_code == 2
    words = shell.run("review", "reject", draft, "--reason", "other", role="reviewer")
    rejected = json.loads(words)
    assert rejected["state"] == "rejected"
    again = json.loads(shell.run("review", "take-back", draft, role="reviewer"))
    assert (again["state"], again["title"]) == ("in_review", rejected["title"])
