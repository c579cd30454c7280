"""P4: 1,000 new chunks into the themes of 10,000, beside a full run over all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.material import MANY, many
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions
from synth.themes.assign import Centres, describe, place
from synth.themes.cluster import find_themes

ID = "P4"
RATIO, NEW = 50.0, 1_000
T = TypeVar("T")


def run(context: BenchContext) -> BenchResult:
    """Time a full run in a warm process, and the placing of what is new."""
    total, new = context.sizes.get(ID, (MANY, NEW))
    material, source = many(context.data, seed=context.seed, n=total)
    # Spread over the set: its rows may be sorted by what they are about.
    added = np.zeros(total, dtype=bool)
    added[np.linspace(0, total - 1, new).astype(int)] = True
    keys = [f"{position:08d}" for position in range(total)]
    old_keys = [key for key, is_new in zip(keys, added, strict=True) if not is_new]
    before = find_themes(material.vectors[~added], keys=old_keys, seed=context.seed)
    themes = describe(material.vectors[~added], before.labels, before.fine)
    kept = _copies(themes)
    full, _ = _timed(lambda: find_themes(material.vectors, keys=keys, seed=context.seed))
    short, placed = _timed(lambda: place(material.vectors[added], themes))
    same = all(map(np.array_equal, kept, _copies(themes)))
    known = set(np.unique(before.labels).tolist())
    ids_kept = same and set(np.unique(placed.labels).tolist()) <= known | {-1}
    return BenchResult(
        id=ID,
        ours={"seconds": short, "placed": float((placed.labels >= 0).mean())},
        peer={"name": "a full run of ours", "seconds": full},
        ratio=full / short,
        n=new,
        versions=versions(),
        checks=(
            Check(name="times as fast as a full run", value=full / short, target=RATIO),
            Check(name="themes as they were", value=float(ids_kept), target=1.0),
        ),
        note=source,
    )


def _copies(themes: Centres) -> list[NDArray[Any]]:
    return [themes.rows.copy(), themes.theme.copy(), themes.floors.copy()]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made
