"""The `synth` command as a user meets it: real processes, exit codes, one line per failure."""

import gzip
import json
import os
import stat
import subprocess
import sys
import time

import pytest

from synth.access.types import MemberRole
from tests.acceptance.server import START, serve

TRANSCRIPT = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
Interviewer: What happened next?

2
00:00:04.000 --> 00:00:09.000
Ana Ruiz: The invite page asked for an admin, and I am not one, so I stopped there.
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("cli")) as running:
        yield running


def synth(data_dir, *arguments, key="", timeout=120):
    environment = {**os.environ, "SYNTH_DATA_DIR": str(data_dir), "SYNTH_KEY": key}
    return subprocess.run(
        [sys.executable, "-c", START, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture
def run(server):
    def run_as(role, *arguments):
        return synth(server.data_dir, *arguments, key=server.keys[MemberRole(role)])

    return run_as


def last_line(text):
    return text.strip().splitlines()[-1]


def test_help_is_quick_to_import():
    """What takes time is imported inside commands: the modules of `--help` are few."""
    code = (
        "import sys; sys.argv = ['synth', '--help']\n"
        "from synth.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'chromadb', 'fastapi', 'dbos', 'sqlalchemy', 'numpy', 'rich.progress'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert last_line(done.stdout) == "HEAVY []"


def test_the_first_start_shows_keys_once_and_keeps_only_the_researchers(tmp_path):
    folder = tmp_path / "fresh"
    first = synth(folder, "themes", "ls", "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == []
    shown = [line.split()[1] for line in first.stderr.splitlines() if " synth_" in line]
    assert len(shown) == len(MemberRole)
    key_file = folder / "researcher.key"
    assert key_file.read_text().strip() in shown
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    stored = (folder / "synth.db").read_bytes()
    assert not any(key.encode() in stored for key in shown)

    again = synth(folder, "themes", "ls")
    assert again.returncode == 0
    assert "synth_" not in again.stderr
    assert "synth themes build" in again.stdout


def test_a_key_nobody_has_is_refused(server):
    done = synth(server.data_dir, "themes", "ls", key="synth_wrong")
    assert done.returncode == 1
    assert "valid API key" in last_line(done.stderr)
    assert "Traceback" not in done.stderr


def test_wrong_usage_ends_with_2(run):
    assert run("researcher", "themes", "paint").returncode == 2
    assert run("researcher", "review", "reject", "some-id").returncode == 2


def test_a_worker_says_what_an_embedded_store_lacks(tmp_path):
    done = synth(tmp_path, "worker")
    assert done.returncode == 2
    assert "SYNTH_DATABASE_URL and SYNTH_CHROMA_URL" in last_line(done.stderr)


def test_a_file_is_read_once_and_found(run, tmp_path):
    path = tmp_path / "talk.vtt"
    path.write_text(TRANSCRIPT)
    first = run("researcher", "ingest", path, "--json")
    assert first.returncode == 0, first.stderr
    (result,) = json.loads(first.stdout)
    assert (result["state"], result["unchanged"]) == ("read", False)

    again = run("researcher", "ingest", path)
    assert again.returncode == 0
    assert "already here" in again.stdout

    found = run("pm", "search", "who may invite people", "--json")
    hits = json.loads(found.stdout)
    assert any("asked for an admin" in hit["quote"] for hit in hits)
    assert not any("What happened next" in hit["quote"] for hit in hits)


def test_a_person_may_only_do_what_the_role_allows(run, tmp_path):
    path = tmp_path / "talk.vtt"
    path.write_text(TRANSCRIPT)
    done = run("pm", "ingest", path)
    assert done.returncode == 1
    assert "needs the role researcher" in done.stderr


BAD_FILES = {
    "empty": ("empty.vtt", b"", "empty"),
    "binary": ("photo.vtt", bytes(range(256)) * 64, ""),
    "truncated gzip": ("tickets.csv.gz", gzip.compress(b"id,description\n1,x\n" * 99)[:40], ""),
    "csv without a text column": ("people.csv", b"id,color\n1,red\n2,blue\n", "column"),
    "unknown json": ("config.json", b'{"retries": 3}', ""),
}


@pytest.mark.parametrize(("name", "data", "words"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_refused_in_one_line_or_read_in_part(run, tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    done = run("researcher", "ingest", path, "--json")
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert name in done.stderr
    assert words in done.stderr
    (result,) = json.loads(done.stdout)
    assert result["state"] == "failed"
    assert not result.get("documents")


def test_a_line_of_10_mb_is_read_without_harm(run, tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"id,description\n1," + b"x" * 10_000_000 + b"\n2,Bye now\n")
    done = run("researcher", "ingest", path, "--kind", "ticket", "--json")
    assert "Traceback" not in done.stderr
    (result,) = json.loads(done.stdout)
    assert result["state"] in ("read", "partial")
    assert any(document["external_id"].endswith("2") for document in result["documents"])


def test_a_truncated_transcript_keeps_what_is_whole(run, tmp_path):
    path = tmp_path / "cut.vtt"
    path.write_text(TRANSCRIPT + "\n3\n00:00:09.000 --> 00:0")
    done = run("researcher", "ingest", path, "--json")
    (result,) = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert result["state"] == "partial"
    assert result["skips"]
    assert len(result["documents"]) == 1


def test_a_file_in_another_encoding_is_read(run, tmp_path):
    path = tmp_path / "tickets16.csv"
    path.write_bytes("id,description\n1,Der Export hängt seit gestern völlig\n".encode("utf-16"))
    done = run("researcher", "ingest", path, "--kind", "ticket", "--json")
    assert done.returncode == 0, done.stderr
    hits = json.loads(run("pm", "search", "Export hängt", "--json").stdout)
    assert any("hängt seit gestern völlig" in hit["quote"] for hit in hits)


BAD_METRICS = {
    "no number": ("ts,value\n2026-03-01,NaN\n", "NaN"),
    "no date": ("ts,value\nyesterday,0.4\n", "yesterday"),
    "no value column": ("ts,color\n2026-03-01,red\n", "value"),
    "no tries": ("ts,numerator,denominator\n2026-03-01,2,0\n", "2/0"),
}


@pytest.mark.parametrize(("text", "words"), BAD_METRICS.values(), ids=BAD_METRICS.keys())
def test_a_bad_metric_file_is_refused_with_its_line(run, tmp_path, text, words):
    path = tmp_path / "metric.csv"
    path.write_text(text)
    done = run(
        "analyst", "metrics", "import", path, "--metric", "m1", "--unit", "share", "--good", "up"
    )
    assert done.returncode == 1
    assert "metric.csv:" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_waits_for_the_server_and_then_finds_nothing(tmp_path):
    with serve(tmp_path) as running:
        path = tmp_path / "talk.vtt"
        path.write_text(TRANSCRIPT)
        key = running.keys[MemberRole.RESEARCHER]
        assert synth(running.data_dir, "ingest", path, key=key).returncode == 0
        busy = synth(running.data_dir, "doctor")
        assert busy.returncode == 1
        assert "another Synth process is using" in last_line(busy.stderr)
    time.sleep(0.1)
    done = synth(running.data_dir, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    numbers = [line.split()[0] for line in done.stdout.splitlines()]
    assert numbers == ["1", "2", "3", "4", "6", "7", "8", "9", "15", "16"]

    (running.data_dir / "chroma" / "chroma.sqlite3").unlink()
    assert synth(running.data_dir, "doctor").returncode == 1
    assert synth(running.data_dir, "reindex").returncode == 0
    assert synth(running.data_dir, "doctor").returncode == 0


def test_what_reviewers_decided_is_written_to_a_file_by_a_reviewer_alone(run, tmp_path):
    file = tmp_path / "reviewed_drafts" / "decisions.jsonl"
    refused = run("pm", "eval", "export-cases", file)
    assert (refused.returncode, file.exists()) == (1, False)
    done = run("reviewer", "eval", "export-cases", file)
    assert done.returncode == 0, done.stderr
    assert last_line(done.stderr) == f"0 decided drafts written to {file}"
