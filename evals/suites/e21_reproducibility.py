"""E21: the same input gives the same bytes in every process, row order and number of threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from evals.reproducing import Shuffle, digest, sample_chunks
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from synth.backends.sentence_transformer import MiniLM
from synth.errors import SynthError

ID = "E21"
THREADS, PROCESSES, ORDERS = ("1", "2"), 2, (0, 1, 2)
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: Made corpora beside the sample study; in full also one of which only a sample is fitted.
SIZES, SAMPLED = (400, 6_000), 25_000
LIMIT_S = 1_800

#: Hash of each stage, by name.
Hashes = Mapping[str, str]


def run(context: EvalContext) -> list[EvalResult]:
    """Run every offline stage in fresh processes; all outputs must be the same bytes."""
    outputs: list[Hashes] = []
    sizes = (*SIZES, SAMPLED) if context.full else SIZES
    with tempfile.TemporaryDirectory(prefix="synth-e21-") as name:
        stored = Path(name) / "vectors.npy"
        chunks, _ = sample_chunks(Shuffle(0))
        np.save(stored, MiniLM().embed([chunk.text for chunk in chunks]))
        for threads in THREADS:
            for _ in range(PROCESSES):
                outputs += in_process(stored, threads=threads, orders=ORDERS, sizes=sizes)
    same = same_stages(outputs)
    estimate = wilson_estimate(sum(same.values()), len(same))
    differ = [stage for stage, is_same in same.items() if not is_same]
    how = (
        f"{len(same)} stages, {PROCESSES} processes with {' and '.join(THREADS)} threads each, "
        f"{len(ORDERS)} row orders"
    )
    return [
        EvalResult(
            id=ID,
            set="offline_stages",
            metrics={"identical": estimate},
            n=len(outputs) * len(same),
            verdict=judge(estimate, 1.0, n_clusters=len(same), hard=True),
            reason=f"{how}; differ: {', '.join(differ)}" if differ else how,
        )
    ]


def in_process(
    stored: Path, *, threads: str, orders: Sequence[int], sizes: Sequence[int]
) -> list[Hashes]:
    """Return the hashes of each row order, made by one fresh process with so many threads.

    Raises:
        SynthError: the process failed.
    """
    wanted = [",".join(map(str, numbers)) for numbers in (orders, sizes)]
    done = subprocess.run(
        [sys.executable, "-m", "evals.reproducing", str(stored), *wanted],
        env={**os.environ, **dict.fromkeys(THREAD_SETTINGS, threads)},  # noqa: TID251 - the child's
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing on stderr"])[-1]
        raise SynthError(f"a process of E21 ended with code {done.returncode}: {last}")
    found = json.loads(done.stdout.splitlines()[-1])
    return [found[str(order)] for order in orders]


def same_stages(outputs: Sequence[Hashes]) -> dict[str, bool]:
    """Return for each stage whether all outputs have it with one and the same hash."""
    stages = sorted({stage for output in outputs for stage in output})
    return {stage: len({output.get(stage) for output in outputs}) == 1 for stage in stages}


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the comparison did with outputs that differ on purpose."""
    titles = [["slow exports", 0.731058578630005], ["logins", 0.5]]
    good = {"themes": digest({"a": [0, 0.5]}), "titles": digest(titles)}
    last_bit = [["slow exports", float(np.nextafter(0.731058578630005, 1))], titles[1]]
    spoilt = {
        "one title another word": {
            **good,
            "titles": digest([["slow export", 0.731058578630005], titles[1]]),
        },
        "titles in another order": {**good, "titles": digest(titles[::-1])},
        "a strength moved in its last bit": {**good, "titles": digest(last_bit)},
        "a label moved": {**good, "themes": digest({"a": [1, 0.5]})},
        "a stage left out": {"themes": good["themes"]},
    }
    killed = [
        Mutant(eval_id=ID, name=name, killed=not all(same_stages([good, good, bad]).values()))
        for name, bad in spoilt.items()
    ]
    again = {"themes": digest({"a": [0, 0.5]}), "titles": digest([[*one] for one in titles])}
    oracle = all(same_stages([good, again]).values())
    return [*killed, Mutant(eval_id=ID, name="equal outputs are equal", killed=oracle)]
