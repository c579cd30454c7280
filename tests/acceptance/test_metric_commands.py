"""`synth metrics`, `people` and `experiments`: as a person types them, and as a tool posts them."""

from __future__ import annotations

import json

import pytest

from synth.access.types import MemberRole
from tests.acceptance.server import serve
from tests.acceptance.test_command_line import last_line, synth

ANSWER = {
    "headers": ["$metric", "Plan"],
    "date_range": {},
    "series": {"A. Signed up": {"pro": {"2026-03-07T00:00:00+01:00": 12}}},
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("metrics")) as server:
        yield server


@pytest.fixture
def run(running, tmp_path):
    """Run a command; a dict of file names to text among its arguments becomes files."""

    def run(*arguments, ok=True, role="researcher", **files):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        words = [tmp_path / word if word in files else word for word in arguments]
        done = synth(running.data_dir, *words, key=running.keys[MemberRole(role)])
        assert (done.returncode == 0) is ok, done.stderr
        return done

    return run


def test_an_export_goes_to_the_metric_its_name_stands_for(run, running):
    run("metrics", "import", "schema.yml", **{"schema.yml": "metrics:\n  - name: signups\n"})
    run("metrics", "set", "signups", "--called", "A. Signed up", "--mark", "north_star")
    done = run("metrics", "import", "report.json", **{"report.json": json.dumps(ANSWER)})
    assert done.stdout == "1 rows read, 1 new, 0 left out\n"
    with running.person("analyst") as client:
        again = client.post("/v1/metrics/import", json=ANSWER).json()
        assert (again["rows"], again["added"]) == (1, 0)
        (metric,) = client.get("/v1/metrics").json()["items"]
    assert (metric["name"], metric["mark"]) == ("signups", "north_star")


def test_people_are_joined_and_split_by_hand(run):
    run("people", "import", "p.csv", **{"p.csv": "user_id,email\nu1,\n,ana@example.org\n"})
    done = run("people", "merge", "P1", "email:ana@example.org", "--note", "same badge", "--json")
    join = json.loads(done.stdout)["join"]
    assert (join["people"], join["detail"]) == (["P1", "P2"], "same badge")
    assert run("people", "unmerge", join["id"]).stdout == "P1 and P2 are two people again\n"


def test_a_follow_up_waits_at_the_command_line_too(run):
    header = "experiment,metric,variant,n,conversions,follows\n"
    swing = header + "x1,signups,old,1000,400,\nx1,signups,new,1000,500,\n"
    after = header + "x2,signups,old,1000,400,x1\nx2,signups,new,1000,401,x1\n"
    assert "1 new" in run("experiments", "import", "x.csv", **{"x.csv": swing}).stdout
    waits = run("experiments", "import", "n.csv", ok=False, **{"n.csv": after})
    assert "0 so far, 5 more to go" in last_line(waits.stderr)
