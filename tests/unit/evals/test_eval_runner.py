"""The runner never loses a suite, a set or an item, and notices each corruption of its input."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from evals import meta, runs
from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.manifest import build_manifest, git_commit, hash_folder
from evals.runner import (
    choose,
    exit_code,
    find_suites,
    main_mutate,
    main_run,
    mutate,
    run,
    summarise_mutants,
)
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from synth.errors import InputError

CONTEXT = EvalContext(data=None)
GOOD = EvalResult(
    id="E91",
    set="made",
    metrics={"nmi": Estimate(value=0.9, low=0.8, high=0.95)},
    n=100,
    verdict=Verdict.PASS,
)
AddSuite = Callable[..., None]


@pytest.fixture
def suites(monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], AddSuite]:
    """An empty list of suites and a function that adds one made here."""
    known: dict[str, str] = {}

    def add(eval_id: str, **contents: object) -> None:
        module = ModuleType(f"made_{eval_id}")
        vars(module).update({"ID": eval_id, **contents})
        monkeypatch.setitem(sys.modules, module.__name__, module)
        known[eval_id] = module.__name__

    return known, add


def _raise(error: Exception) -> Callable[[EvalContext], list[EvalResult]]:
    def do(context: EvalContext) -> list[EvalResult]:
        raise error

    return do


@pytest.mark.parametrize("mutant", meta.mutants(), ids=lambda mutant: mutant.name)
def test_runner_notices(mutant: Mutant) -> None:
    assert mutant.killed, mutant.detail


def test_a_suite_that_raises_is_a_fail_and_the_others_still_run(
    suites: tuple[dict[str, str], AddSuite],
) -> None:
    known, add = suites
    add("E90", run=_raise(RuntimeError("no disk")))
    add("E91", run=lambda context: [GOOD])
    known["E92"] = "made_nowhere"
    results = run([], CONTEXT, suites=known)
    assert [(r.id, r.verdict.value) for r in results] == [
        ("E90", "fail"),
        ("E91", "pass"),
        ("E92", "fail"),
    ]
    assert results[0].reason == "RuntimeError: no disk"
    assert exit_code(results) == 1
    assert exit_code([GOOD]) == 0


def test_an_absent_set_is_skipped_with_its_reason(
    suites: tuple[dict[str, str], AddSuite],
) -> None:
    known, add = suites
    add("E90", run=_raise(SetAbsent("qmsum: not there")))
    (result,) = run([], CONTEXT, suites=known)
    assert (result.verdict, result.reason) == (Verdict.SKIPPED, "qmsum: not there")
    assert exit_code([result]) == 0


def test_a_suite_under_another_id_is_a_fail(suites: tuple[dict[str, str], AddSuite]) -> None:
    known, add = suites
    add("E90", run=lambda context: [GOOD])
    assert run([], CONTEXT, suites={"E91": known["E90"]})[0].verdict is Verdict.FAIL


def test_ids_are_chosen_in_order_and_unknown_ones_refused() -> None:
    known = {"E01": "a", "E04": "b", "E12": "c"}
    assert choose([], known) == ["E01", "E04", "E12"]
    assert choose(["e12", "E01", "E12"], known) == ["E01", "E12"]
    with pytest.raises(InputError, match="found E99; expected E01, E04, E12"):
        choose(["E99"], known)


def test_suites_are_found_by_their_file_names() -> None:
    found = find_suites()
    assert list(found) == sorted(found)
    assert all(name.startswith(f"evals.suites.{key.lower()}_") for key, name in found.items())


def test_mutants_that_raise_or_are_missing_count_as_alive(
    suites: tuple[dict[str, str], AddSuite],
) -> None:
    known, add = suites
    killed = [Mutant(eval_id="E90", name=str(n), killed=True) for n in range(19)]
    add("E90", mutants=lambda context: killed)
    add("E91", mutants=_raise(ValueError("bad mutant")))
    add("E92", mutants=lambda context: [])
    results = summarise_mutants(mutate(["E90", "E91", "E92"], CONTEXT, suites=known))
    assert [(r.id, r.verdict.value, r.n) for r in results] == [
        ("E90", "pass", 19),
        ("E91", "fail", 1),
        ("E92", "fail", 1),
    ]
    assert "bad mutant" in results[1].reason


@pytest.mark.parametrize(
    ("alive", "verdict"), [(0, "pass"), (1, "pass"), (2, "fail")], ids=["0", "1", "2"]
)
def test_95_percent_of_mutants_must_die(alive: int, verdict: str) -> None:
    mutants = [Mutant(eval_id="E90", name=str(n), killed=n >= alive) for n in range(20)]
    assert summarise_mutants(mutants)[0].verdict == verdict


def test_mutating_everything_includes_the_runner(
    suites: tuple[dict[str, str], AddSuite],
) -> None:
    known, add = suites
    add("E90", mutants=lambda context: [Mutant(eval_id="E90", name="m", killed=True)])
    assert {m.eval_id for m in mutate([], CONTEXT, suites=known)} == {"E90", "runner"}


def test_main_run_prints_the_interface_and_keeps_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suites: tuple[dict[str, str], AddSuite]
) -> None:
    known, add = suites
    add("E91", run=lambda context: [GOOD, skipped("E91", "other", "not there")])
    monkeypatch.setattr("evals.runner.find_suites", lambda: known)
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("SYNTH_EVAL_DATA", "")
    out = io.StringIO()
    assert _main_run(["E91"], out) == 0
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {
        "id": "E91",
        "set": "made",
        "metrics": {"nmi": {"value": 0.9, "low": 0.8, "high": 0.95}},
        "n": 100,
        "verdict": "pass",
        "reason": "",
    }
    assert (second["verdict"], second["reason"]) == ("skipped", "not there")
    kept = runs.read(runs.latest(tmp_path / "runs"))
    assert list(kept.results) == [GOOD, skipped("E91", "other", "not there")]
    assert kept.manifest["data"] is None


def _main_run(ids: list[str], out: io.StringIO, data: Path | None = None) -> int:
    return main_run(ids, data=data, seed=7, full=False, as_json=True, options={}, out=out)


def test_main_refuses_unknown_ids_and_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path))
    with pytest.raises(InputError, match="no such eval"):
        _main_run(["E99"], io.StringIO())
    with pytest.raises(InputError, match="no such data folder"):
        _main_run([], io.StringIO(), data=tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_main_mutate_is_red_when_a_mutant_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suites: tuple[dict[str, str], AddSuite]
) -> None:
    known, add = suites
    add("E90", mutants=lambda context: [Mutant(eval_id="E90", name="m", killed=False)])
    monkeypatch.setattr("evals.runner.find_suites", lambda: known)
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path))
    out = io.StringIO()
    assert main_mutate(["E90"], as_json=True, out=out) == 1
    assert json.loads(out.getvalue())["metrics"]["mutants_killed"]["value"] == 0.0


def test_folder_or_the_reason_it_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "qmsum").mkdir()
    assert set_folder(tmp_path, "qmsum") == tmp_path / "qmsum"
    with pytest.raises(SetAbsent, match="SYNTH_EVAL_DATA"):
        set_folder(None, "qmsum")
    with pytest.raises(SetAbsent, match=r"DATASETS\.md"):
        set_folder(tmp_path, "nab")


def test_manifest_names_what_was_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    first = hash_folder(tmp_path)
    manifest = build_manifest(EvalContext(data=tmp_path, seed=3, full=True))
    assert (manifest["seed"], manifest["full"], manifest["data"]) == (3, True, first)
    (tmp_path / "a.txt").write_text("two")
    assert hash_folder(tmp_path) != first
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert hash_folder(tmp_path) != first
    assert git_commit(tmp_path / "nowhere") is None


def test_a_run_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_text("nonsense")
    with pytest.raises(InputError, match="not a run file"):
        runs.read(tmp_path / "run.jsonl")
    with pytest.raises(InputError, match="no run kept"):
        runs.latest(tmp_path / "empty")
