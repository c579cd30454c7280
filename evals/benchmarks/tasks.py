"""One side of a benchmark: `python -m evals.benchmarks.tasks TASK FOLDER`, in its own process.

The folder holds `options.json` and, for most tasks, `vectors.npy` and `texts.json`; the task writes
`said.json` and, where it groups, `labels.npy`. Imports stand inside the tasks: their cost is part
of what is measured.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from synth.backends.embedder import Vectors

Options: TypeAlias = Mapping[str, int]
Said: TypeAlias = dict[str, float]
Labels: TypeAlias = Sequence[int]


def ours(folder: Path, options: Options) -> Said:
    """Find and name themes: the first time, then again in the warm process."""
    from synth.themes.cluster import find_themes
    from synth.themes.labelling import label_themes

    texts, vectors = _material(folder)
    keys = [f"{position:08d}" for position in range(len(texts))]

    def themes() -> Labels:
        found = find_themes(vectors, keys=keys, seed=options["seed"])
        labels: list[int] = found.labels.tolist()
        groups: dict[int, list[str]] = {}
        for label, text in zip(labels, texts, strict=True):
            groups.setdefault(label, []).append(text)
        unthemed = groups.pop(-1, [])
        label_themes([groups[label] for label in sorted(groups)], unthemed)
        return labels

    return _repeat(folder, themes, options)


def bertopic(folder: Path, options: Options) -> Said:
    """Fit BERTopic with its defaults, which name their topics too."""
    from evals.peers.topic_models import bertopic as fit

    texts, vectors = _material(folder)
    return _repeat(folder, lambda: fit(texts, vectors, options["seed"]).tolist(), options)


def evoc(folder: Path, options: Options) -> Said:
    """Fit EVoC with its defaults; it names nothing."""
    from evals.peers.topic_models import evoc as fit

    texts, vectors = _material(folder)
    return _repeat(folder, lambda: fit(texts, vectors, options["seed"]).tolist(), options)


def grow(folder: Path, options: Options) -> Said:
    """Find themes in made vectors of one size; making them is not timed, holding them is."""
    from evals.benchmarks.made import made_vectors
    from synth.themes.cluster import find_themes

    vectors = made_vectors(options["n"], seed=options["seed"])
    keys = [f"{position:08d}" for position in range(len(vectors))]
    before = peak_mib()
    started = time.perf_counter()
    labels = find_themes(vectors, keys=keys, seed=options["seed"]).labels
    return {
        "seconds": time.perf_counter() - started,
        "peak_mib": peak_mib(),
        "before_mib": before,
        "vectors_mib": vectors.nbytes / 2**20,
        "themes": float(labels.max(initial=-1) + 1),
        "unthemed": float((labels < 0).mean()),
    }


TASKS: Mapping[str, Callable[[Path, Options], Said]] = {
    "ours": ours,
    "bertopic": bertopic,
    "evoc": evoc,
    "grow": grow,
}


def _material(folder: Path) -> tuple[list[str], Vectors]:
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    return texts, np.load(folder / "vectors.npy")


def _repeat(folder: Path, work: Callable[[], Labels], options: Options) -> Said:
    """Time the work `repeats` times.

    `warm_seconds` is the quickest run after the first; `later_seconds` all of those together.
    """
    seconds, found = [], None
    for _ in range(options["repeats"]):
        started = time.perf_counter()
        labels = work()
        seconds.append(time.perf_counter() - started)
        found = labels if found is None else found
    np.save(folder / "labels.npy", np.asarray(found, dtype=np.int64))
    said = {"first_seconds": seconds[0], "peak_mib": peak_mib()}
    if len(seconds) > 1:
        said |= {"warm_seconds": min(seconds[1:]), "later_seconds": sum(seconds[1:])}
    return said


def peak_mib() -> float:
    """Return the most memory this program has held, in MiB.

    Linux keeps it per program in VmHWM; `ru_maxrss` there still holds what the parent had.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str]) -> int:
    """Run one task; return 0, or 2 for wrong usage."""
    if len(arguments) != 2 or arguments[0] not in TASKS:
        sys.stderr.write(f"usage: python -m evals.benchmarks.tasks {'|'.join(TASKS)} FOLDER\n")
        return 2
    folder = Path(arguments[1])
    options = json.loads((folder / "options.json").read_text(encoding="utf-8"))
    said = TASKS[arguments[0]](folder, options)
    (folder / "said.json").write_text(json.dumps(said, allow_nan=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
