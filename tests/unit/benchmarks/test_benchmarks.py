"""Benchmarks say what they measured, and a broken measure is never a number. Nothing is timed."""

import io
import json
import sys
from types import ModuleType

import numpy as np
import pytest

from evals.benchmarks import p1_embedding, p3_small_run, p4_new_chunks, runner, side_by_side, tables
from evals.benchmarks.made import made_texts, made_vectors
from evals.benchmarks.p5_growth import exponent
from evals.benchmarks.processes import Material, run_task
from evals.benchmarks.runner import choose, find_benchmarks, main_bench, run_each
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.peers.topic_models import PeerMissing
from synth.errors import InputError, SynthError

CONTEXT = BenchContext(data=None)
KEYS = {"id", "ours", "peer", "ratio", "n", "versions", "checks", "note"}


def made(**changes):
    values = {
        "id": "P9",
        "ours": {"seconds": 1.0},
        "peer": {"name": "other", "seconds": 9.0},
        "ratio": 9.0,
        "n": 100,
        "versions": {"python": "3"},
        "checks": (Check(name="times as fast", value=9.0, target=8.0),),
    }
    return BenchResult(**(values | changes))


@pytest.fixture
def benchmark(monkeypatch, tmp_path):
    """Make `run` the only benchmark there is."""
    monkeypatch.setenv("SYNTH_EVAL_RUNS", str(tmp_path))

    def add(run):
        module = ModuleType("made_benchmark")
        module.ID, module.run = "P9", run
        monkeypatch.setitem(sys.modules, "made_benchmark", module)
        monkeypatch.setattr(runner, "find_benchmarks", lambda: {"P9": "made_benchmark"})

    return add


def _raises(context):
    raise RuntimeError("no such process")


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(_raises, id="raises"),
        pytest.param(lambda context: None, id="gives nothing"),
        pytest.param(lambda context: made(id="P8"), id="another's name"),
        pytest.param(lambda context: made(ratio=float("nan")), id="ratio is no number"),
        pytest.param(lambda context: made(ratio=0.0), id="took no time"),
        pytest.param(lambda context: made(n=0), id="measured nothing"),
        pytest.param(
            lambda context: made(checks=(Check(name="x", value=float("inf"), target=1),)),
            id="a check without a number",
        ),
    ],
)
def test_a_broken_measure_is_a_failed_line(benchmark, run):
    benchmark(run)
    out = io.StringIO()
    assert main_bench([], data=None, seed=7, as_json=True, out=out) == 1
    line = json.loads(out.getvalue())
    assert set(line) == KEYS
    assert line["note"].startswith("failed: ")
    assert line["ratio"] is None


def test_a_line_has_the_shape_of_the_interface_and_a_missed_target_is_no_failure(
    benchmark, tmp_path
):
    missed = Check(name="seconds", value=7.0, target=6.0, at_most=True)
    benchmark(lambda context: made(checks=(missed,)))
    out = io.StringIO()
    written = tmp_path / "RESULTS.md"
    assert main_bench(["p9"], data=None, seed=7, as_json=True, write=written, out=out) == 0
    line = json.loads(out.getvalue())
    assert set(line) == KEYS
    assert line["peer"]["name"] == "other"
    assert [check["met"] for check in line["checks"]] == [False]
    assert "seconds: 7 (<= 6) | no" in written.read_text(encoding="utf-8")


def test_the_table_names_every_target():
    out = io.StringIO()
    checks = (Check(name="one", value=1, target=2), Check(name="two", value=3, target=2))
    tables.print_table([tables.record(made(checks=checks)), tables.failure("P2", "broke")], out)
    words = out.getvalue().split()
    assert {"P9", "one:", "two:", "P2", "broke"} <= set(words)


def test_five_benchmarks_and_no_other_name():
    assert {"P1", "P2", "P3", "P4", "P5"} <= set(find_benchmarks())
    with pytest.raises(InputError, match="P99"):
        choose(["P99"], find_benchmarks())


def test_a_task_that_fails_says_why():
    with pytest.raises(SynthError, match="code"):
        run_task("ours", None, seed=7, repeats=1)
    with pytest.raises(SynthError, match="did not end"):
        run_task("grow", limit=0.01, n=100, seed=7)


def test_a_process_of_its_own_tells_time_memory_and_labels():
    held = np.ones(80 * 2**20)  # 640 MiB in this process, none of it in the other
    vectors = made_vectors(90, seed=1)
    material = Material(texts=made_texts(90, seed=1), vectors=vectors, labels=["a", "b"] * 45)
    done = run_task("ours", material, seed=7, repeats=2)
    said = side_by_side.describe(done, material)
    assert 0 < done.said["first_seconds"] < said["seconds"] < done.seconds
    assert 20 < said["peak_mib"] < held.nbytes / 2**20
    assert len(done.labels) == 90
    assert 0 <= said["nmi"] <= 1


def test_without_the_peer_nothing_is_compared(monkeypatch):
    def missing(name):
        raise PeerMissing(f"peer missing: {name}")

    monkeypatch.setattr(side_by_side, "peer_version", missing)
    monkeypatch.setattr(
        p3_small_run,
        "few",
        lambda data, n, seed: (
            Material(texts=made_texts(n, seed=1), vectors=made_vectors(n, seed=1)),
            "made",
        ),
    )
    found = p3_small_run.run(BenchContext(data=None, sizes={"P3": (30,)}))
    assert found.ratio is None
    assert found.peer is not None
    assert found.peer["skipped"] == "peer missing: bertopic"
    assert [check.name for check in found.checks] == ["seconds, fresh process"]


def test_new_chunks_leave_the_themes_as_they_were():
    found = p4_new_chunks.run(BenchContext(data=None, sizes={"P4": (400, 40)}))
    assert found.n == 40
    assert {check.name: check.met for check in found.checks}["themes as they were"]


class Stub:
    """An embedder without a model."""

    model, max_tokens = "stub", 100

    def count_tokens(self, texts):
        return [1] * len(texts)

    def embed(self, texts):
        return np.eye(1, 8, dtype=np.float32).repeat(len(texts), axis=0)


def test_texts_embedded_twice_are_counted(monkeypatch):
    assert p1_embedding.texts_embedded_again(Stub(), ["a", "b", "a"]) == 0
    monkeypatch.setattr(
        p1_embedding,
        "load_or_embed",
        lambda services, _, texts: services.embedder.embed([*{*texts}]),
    )
    assert p1_embedding.texts_embedded_again(Stub(), ["a", "b", "a"]) == 2


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_law(power):
    found = {n: {"seconds": 3 * n**power} for n in (10, 100, 1000)}
    assert exponent([10, 100, 1000], found, "seconds") == pytest.approx(power)
    with pytest.raises(ValueError, match="no exponent"):
        exponent([10], found, "seconds")
    with pytest.raises(ValueError, match="no exponent"):
        exponent([10, 100], {10: {"seconds": 0.0}, 100: {"seconds": 1.0}}, "seconds")


def test_made_vectors_are_unit_rows_and_the_same_for_the_same_seed():
    rows = made_vectors(300, seed=3)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows, made_vectors(300, seed=3))
    assert len(set(made_texts(300, seed=3))) == 300


def test_records_come_in_the_order_asked_for(monkeypatch):
    known = {"P1": "absent_module_one", "P2": "absent_module_two"}
    notes = [str(one["note"]) for one in run_each(["P2", "P1"], CONTEXT, known=known)]
    assert ["absent_module_one" in notes[0], "absent_module_two" in notes[1]] == [True, True]
