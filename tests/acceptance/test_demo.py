"""`synth demo` as a real process, with the real embedder: what it finds in the sample study."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    "documents",
    "chunks",
    "themes",
    "anomalies",
    "links",
    "drafts",
    "held",
    "causes_found",
    "decoys_linked",
    "seconds",
}

#: Eight interviews, 120 tickets, 30 replay notes.
DOCUMENTS = 158


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Run the demo once, in an empty folder, without any setting of ours."""
    folder = tmp_path_factory.mktemp("demo")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SYNTH_")}
    command = Path(sys.executable).with_name("synth")
    return subprocess.run(
        [str(command), "demo", "--no-serve", "--json", "--data-dir", str(folder / "data")],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.fixture(scope="module")
def summary(demo: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    """The JSON object on the last line."""
    assert demo.returncode == 0, demo.stderr[-2000:]
    found = json.loads(demo.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_it_ends_well(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr[-2000:]
    assert "Traceback" not in demo.stderr


def test_the_last_line_has_every_key(summary: Mapping[str, Any]) -> None:
    assert set(summary) >= KEYS


def test_all_three_causes_are_linked_and_no_decoy(summary: Mapping[str, Any]) -> None:
    assert (summary["causes_found"], summary["decoys_linked"]) == (3, 0)


def test_the_counts_fit_the_study(summary: Mapping[str, Any]) -> None:
    # One person allows no analysis; the document is kept, its passage is not counted.
    assert summary["documents"] == DOCUMENTS
    assert summary["chunks"] >= DOCUMENTS - 1
    assert summary["themes"] >= 5
    assert summary["anomalies"] >= 3
    assert summary["links"] >= 3
    assert summary["drafts"] >= 3
    assert summary["held"] == 0
