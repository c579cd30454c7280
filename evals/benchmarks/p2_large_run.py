"""P2: a theme run on 10,000 vectors, beside BERTopic's, in fresh processes and in warm ones."""

from __future__ import annotations

from evals.benchmarks.material import MANY, many
from evals.benchmarks.side_by_side import run_sides
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions

ID = "P2"
COLD, WARM = 8.0, 4.0


def run(context: BenchContext) -> BenchResult:
    """Time whole processes, then fits in a process that has done one before."""
    (n,) = context.sizes.get(ID, (MANY,))
    material, source = many(context.data, seed=context.seed, n=n)
    sides = run_sides(material, seed=context.seed, repeats=3)
    cold, warm = sides.ratio("seconds"), sides.ratio("warm_seconds")
    checks = []
    if cold is not None and warm is not None and sides.peer is not None:
        checks = [
            Check(name="times as fast, whole process", value=cold, target=COLD),
            Check(name="times as fast, warm", value=warm, target=WARM),
        ]
        if "nmi" in sides.ours:
            checks.append(Check(name="nmi", value=sides.ours["nmi"], target=sides.peer["nmi"]))
    return BenchResult(
        id=ID,
        ours=sides.ours,
        peer=sides.peer_record(),
        ratio=cold,
        n=len(material.texts),
        versions=versions("bertopic", "umap-learn", "hdbscan"),
        checks=tuple(checks),
        note=source,
    )
