"""Comparing runs: the same build never flips, losses are red, missing numbers are losses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals import __main__ as command
from evals import gate, report, runs
from evals.types import Estimate, EvalResult, Verdict
from synth.errors import InputError

OLD = EvalResult(
    id="E04",
    set="banking77_test",
    metrics={"nmi": Estimate(value=0.84, low=0.83, high=0.85)},
    n=3080,
    verdict=Verdict.PASS,
)


def _with(name: str, value: float, low: float, high: float) -> EvalResult:
    return replace(OLD, metrics={name: Estimate(value=value, low=low, high=high)})


def test_same_build_twice_changes_nothing() -> None:
    (change,) = gate.compare([OLD], [OLD])
    assert not change.is_loss
    assert not change.flipped
    assert str(change) == "ok   E04 banking77_test nmi 0.840 -> 0.840"


@pytest.mark.parametrize(
    ("before", "after", "loss"),
    [
        pytest.param(OLD, _with("nmi", 0.83, 0.82, 0.84), False, id="within the margin"),
        pytest.param(OLD, _with("nmi", 0.82, 0.81, 0.83), True, id="below it"),
        pytest.param(OLD, _with("nmi", 0.95, 0.94, 0.96), False, id="better"),
        pytest.param(OLD, _with("ari", 0.95, 0.94, 0.96), True, id="not measured any more"),
        pytest.param(
            _with("fdr", 0.05, 0.01, 0.09), _with("fdr", 0.09, 0.05, 0.12), True, id="fdr rose"
        ),
        pytest.param(
            _with("fdr", 0.05, 0.01, 0.09), _with("fdr", 0.01, 0.0, 0.05), False, id="fdr fell"
        ),
        pytest.param(
            _with("crashes", 0, 0, 0), _with("crashes", 3, 3, 3), True, id="an endpoint crashed it"
        ),
        pytest.param(
            _with("missed_negation", 0.1, 0.05, 0.2),
            _with("missed_negation", 0.4, 0.3, 0.5),
            True,
            id="more wrong claims pass",
        ),
        pytest.param(
            _with("themes", 90, 90, 90), _with("themes", 70, 70, 70), False, id="fewer themes"
        ),
        pytest.param(
            _with("nmi_peer", 0.8, 0.7, 0.9), _with("nmi_peer", 0.6, 0.5, 0.7), False, id="a peer"
        ),
    ],
)
def test_loss(before: EvalResult, after: EvalResult, loss: bool) -> None:
    (change,) = gate.compare([before], [after])
    assert change.is_loss is loss


def test_what_nothing_older_is_known_of_is_named() -> None:
    other, skipped = replace(OLD, set="clinc150"), replace(OLD, verdict=Verdict.SKIPPED)
    assert gate.not_compared([OLD], [OLD, other]) == ["E04 clinc150"]
    assert gate.not_compared([skipped], [OLD]) == ["E04 banking77_test"]
    assert gate.not_compared([], [skipped]) == []


def test_a_set_that_vanished_is_a_loss_and_other_sizes_are_not_compared() -> None:
    (gone,) = gate.compare([OLD], [])
    assert gone.is_loss
    assert gone.flipped
    (other,) = gate.compare([OLD], [replace(_with("nmi", 0.5, 0.4, 0.6), n=500)])
    assert not other.is_loss
    assert "not comparable" in str(other)
    assert gate.compare([replace(OLD, verdict=Verdict.SKIPPED, metrics={})], []) == []


def test_baselines_are_read_as_written(tmp_path: Path) -> None:
    mutants = replace(OLD, set="mutants")
    absent = replace(OLD, set="absent", verdict=Verdict.SKIPPED, metrics={}, n=0)
    gate.write_baselines([OLD, mutants, absent], tmp_path)
    assert gate.read_baselines(tmp_path) == [OLD]
    (tmp_path / "E05.json").write_text("[]")
    with pytest.raises(InputError, match="baseline"):
        gate.read_baselines(tmp_path)


def test_stored_baselines_are_readable() -> None:
    assert all(result.n > 0 for result in gate.read_baselines())


def test_results_page_shows_interval_anchor_and_skips(tmp_path: Path) -> None:
    absent = replace(OLD, set="absent", verdict=Verdict.SKIPPED, metrics={}, n=0, reason="a | b")
    small = {"git": "abc", "seed": 7}
    other = replace(OLD, id="E05", verdict=Verdict.FAIL)
    text = report.results_markdown(
        [(small, [OLD, absent]), ({"git": "def", "seed": 7, "full": True}, [other])]
    )
    assert "- E04: commit `abc`, seed 7, quick sizes, data `none`" in text
    assert "- E05: commit `def`, seed 7, full sizes, data `none`" in text
    assert "| E04 | banking77_test | nmi | 0.840 (0.830 to 0.850) | 3080 | 0.824" in text
    assert "| skipped | a \\| b |" in text
    assert "1 pass, 1 fail, 0 inconclusive, 1 skipped." in text


def test_commands_compare_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path))
    before = runs.write(tmp_path, {"seed": 7}, [OLD])
    runs.write(tmp_path, {"seed": 7}, [_with("nmi", 0.5, 0.4, 0.6)])
    assert command.main(["compare", "--against", str(before)]) == 1
    assert "LOSS" in capsys.readouterr().out
    assert command.main(["compare", str(before), "--against", str(before)]) == 0
    assert command.main(["report", str(before), "--to", str(tmp_path / "R.md")]) == 0
    assert "banking77_test" in (tmp_path / "R.md").read_text()
    assert command.main(["compare", str(tmp_path / "none.jsonl")]) == 1
    with pytest.raises(SystemExit, match="2"):
        command.main(["nonsense"])
