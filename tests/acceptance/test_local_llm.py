"""`synth demo --llm` with the packaged language model: the same path, no template stands in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from synth.access.actions import authenticate
from synth.backends import calls_repo
from synth.bootstrap import build_services
from synth.hypotheses import repo
from synth.hypotheses.types import Side, State
from synth.settings import Settings
from tests.acceptance.local_llm import logged, serve_gemma

ATTEMPTS = 1  # of each of the three links; `synth demo --llm` asks four times by itself


#: Seconds for the whole demo where others keep the machine busy.
LONGEST = 550


def demo(folder: Path, url: str) -> dict[str, int]:
    """Run the demo as a process of its own; return its summary."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SYNTH_")}
    clean["SYNTH_LLM_LABELS"] = "0"  # the drafts alone keep a small model busy for minutes
    command = [str(Path(sys.executable).with_name("synth")), "demo", "--no-serve", "--json"]
    command += ["--llm", url, "--attempts", str(ATTEMPTS), "--data-dir", str(folder)]
    done = subprocess.run(
        command, env=clean, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    summary: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return summary


@pytest.mark.timeout(600)
def test_a_small_model_reaches_the_queue_with_proved_quotes(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the local model is a development extra")
    with serve_gemma(tmp_path) as model, logged(model) as (url, log):
        summary = demo(tmp_path / "data", url)
    services = build_services(Settings(data_dir=tmp_path / "data"))
    key = (tmp_path / "data" / "researcher.key").read_text().strip()
    with services.reading(authenticate(services, key).workspace_id) as uow:
        drafts = repo.list_hypotheses(uow)
        calls = [
            calls_repo.load_call(uow, one.provenance.call_key or "never asked") for one in drafts
        ]
        recorded = uow.scalar(text("SELECT sum(requests) FROM llm_calls"))
    services.engine.dispose()

    asked = [path for path, _ in log if path.endswith(("/chat/completions", "/responses"))]
    assert len(asked) == recorded, "a request nobody recorded, or a record nobody asked"
    assert len(drafts) == summary["links"] * ATTEMPTS
    assert {call["purpose"] for call in calls} == {"draft_hypothesis"}
    assert len({call["key"] for call in calls}) == len(drafts), "a draft nobody asked for"
    assert {one.provenance.drafter for one in drafts} == {"gemma-3-270m"}
    queued = [one for one in drafts if one.state is State.IN_REVIEW]
    held = [one for one in drafts if one.state is State.HELD]
    assert (len(queued), len(held)) == (summary["drafts"], summary["held"])
    assert all(one.held_reasons for one in held)
    speakers = [
        {quote.speaker for quote in one.content.citations if quote.side is Side.FOR}
        for one in queued
    ]
    assert any(len(people) >= 2 for people in speakers)
