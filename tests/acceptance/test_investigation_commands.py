"""`synth investigations` as a person types it: from an anomaly to brief, people, lint."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

from synth.access.types import MemberRole
from tests.acceptance.server import serve
from tests.acceptance.test_command_line import last_line, synth


def test_from_a_missed_target_to_a_brief_and_whom_to_ask(tmp_path):
    rows = ["metric,participant,value,target"]
    rows += [f"provisioning_minutes,user-{n},{15 + n},5" for n in range(12)]
    (tmp_path / "minutes.csv").write_text("\n".join(rows))
    with serve(tmp_path / "server") as running:

        def run(*arguments, role="analyst"):
            key = running.keys[MemberRole(role)]
            return synth(running.data_dir, *arguments, key=key)

        imported = ("metrics", "import", tmp_path / "minutes.csv", "--by", "participant")
        done = run(*imported, "--unit", "minutes", "--good", "down")
        assert done.returncode == 0, done.stderr
        assert run("anomalies", "detect").returncode == 0
        with running.person("analyst") as client:
            [anomaly] = client.get("/v1/anomalies").json()["items"]
        case = json.loads(run("investigations", "open", anomaly["id"], "--json").stdout)["id"]
        shown = run("investigations", "show", case).stdout
        assert "0 of 5 people talked to" in shown
        assert "12 of 12 were hit = 12 people (9-12)" in shown
        assert "Where did the time go" in run("investigations", "brief", case).stdout
        nobody = run("investigations", "recruits", case)
        assert len(nobody.stdout.splitlines()) == 1, "nobody was asked yet"
        assert "12 not asked whether they may be contacted" in nobody.stderr
        agreed = ["user_id,contact", *(f"user-{n},{'no' if n < 2 else 'yes'}" for n in range(11))]
        (tmp_path / "people.csv").write_text("\n".join(agreed))
        assert run("people", "import", tmp_path / "people.csv", role="researcher").returncode == 0
        asked = run("investigations", "recruits", case)
        people = list(csv.DictReader(io.StringIO(asked.stdout)))
        assert {person["user_id"] for person in people} == {f"user-{n}" for n in range(2, 11)}
        assert "1 not asked whether they may be contacted, 2 said no" in asked.stderr
        day = f"{datetime.now(UTC).date() + timedelta(days=3)}"
        changed = json.loads(run("investigations", "change", case, "--deadline", day).stdout)
        assert changed["deadline"] == f"{day}T23:59:00Z"
        wrong = run("investigations", "change", case, "--deadline", "soon")
        assert (wrong.returncode, last_line(wrong.stderr)[:20]) == (2, "synth: soon is no da")
        added = run("investigations", "trigger", "Slow", "--metric", "provisioning_minutes")
        trigger = json.loads(added.stdout)["id"]
        again = run("investigations", "trigger", "Slow", "--id", trigger, "--days", "5")
        assert json.loads(again.stdout)["metrics"] == ["provisioning_minutes"]
        [kept] = json.loads(run("investigations", "triggers", "--json").stdout)
        assert (kept["id"], kept["deadline_days"], kept["is_active"]) == (trigger, 5, True)
        recurring = json.loads(run("schedules", "--json").stdout)
        assert [one["kind"] for one in recurring] == ["deadlines", "check_ins"]
        assert "not yet" in run("schedules").stdout
        bad = run("investigations", "lint", "Why did you wait?", "What happened then?")
        assert bad.returncode == 1
        assert "better: What were you trying to accomplish right before" in bad.stdout
        assert last_line(bad.stderr) == "synth: 1 of 2 questions need another wording"
        refused = run("investigations", "open", anomaly["id"], role="reviewer")
        assert refused.returncode == 1
        assert "needs the role" in last_line(refused.stderr)
