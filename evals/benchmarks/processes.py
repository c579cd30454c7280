"""Run one side of a benchmark in a process of its own and say how long it took."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synth.backends.embedder import Vectors
from synth.errors import SynthError

#: A side that takes longer than this is ended and told so.
LIMIT_S = 1200


@dataclass(frozen=True, kw_only=True)
class Material:
    """Texts with their vectors and, where people labelled them, labels."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A process that ended well."""

    seconds: float  #: from its start to its end: interpreter, imports, compilation and all
    said: Mapping[str, float]  #: what the task measured inside
    labels: Sequence[int] = ()


def run_task(
    task: str, material: Material | None = None, *, limit: float = LIMIT_S, **options: int
) -> Finished:
    """Run `task` of `evals.benchmarks.tasks` in a fresh process.

    Raises:
        SynthError: it failed or did not end in `limit` seconds.
    """
    with tempfile.TemporaryDirectory(prefix="synth-bench-") as name:
        folder = Path(name)
        if material is not None:
            np.save(folder / "vectors.npy", material.vectors)
            (folder / "texts.json").write_text(json.dumps(list(material.texts)), encoding="utf-8")
        (folder / "options.json").write_text(json.dumps(options), encoding="utf-8")
        command = [sys.executable, "-m", "evals.benchmarks.tasks", task, str(folder)]
        started = time.perf_counter()
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired as late:
            raise SynthError(f"{task} did not end in {limit:.0f} s") from late
        seconds = time.perf_counter() - started
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
            raise SynthError(f"{task} ended with code {done.returncode}: {last}")
        said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        labels = folder / "labels.npy"
        found = np.load(labels).tolist() if labels.is_file() else ()
    return Finished(seconds=seconds, said=said, labels=found)
