"""The measure of events takes a file through the whole product and says what it needed."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from synth.cli.main import app


def test_few_events_are_made_taken_in_and_told():
    done = CliRunner().invoke(app, ["bench", "events", "--rows", "20000", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["id"], found["rows"], found["added"]) == ("events", 20000, 20000)
    assert 0 < found["peak_rss_mib"] < found["limit_mib"] == 3072
    assert found["met"] is True
    assert set(found["seconds"]) == {"import", "measure", "detect", "all"}
    assert found["anomalies"] >= 1  # the rules hold: errors and slow pages are made so
