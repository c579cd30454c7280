"""`synth draft` against a real server: what it sends, and how it ends."""

from __future__ import annotations

import json

import pytest

from synth.access.types import MemberRole
from tests.acceptance.server import serve
from tests.acceptance.test_command_line import synth


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("drafts")) as server:
        key = server.keys[MemberRole.PM]
        yield lambda *arguments: synth(server.data_dir, "draft", *arguments, key=key)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--theme", "t"), "--anomaly"), (("--attempts", "11"), "equal to 10")],
    ids=["theme alone", "too many"],
)
def test_wrong_usage_ends_with_2(draft, arguments, words):
    done = draft(*arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_an_anomaly_nobody_knows_ends_with_1_in_one_line(draft):
    done = draft("--anomaly", "none", "--theme", "none")
    assert done.returncode == 1
    assert "no anomaly none" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_links_there_are_no_drafts(draft):
    done = draft("--attempts", "2", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"drafts": 0, "held": 0}
