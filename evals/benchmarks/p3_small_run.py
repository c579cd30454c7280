"""P3: a theme run on 200 and on 1,500 vectors in a fresh process, beside BERTopic's."""

from __future__ import annotations

from evals.benchmarks.material import few
from evals.benchmarks.side_by_side import Sides, run_sides
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions

ID = "P3"
SIZES = (200, 1_500)
SECONDS, RATIO = 6.0, 6.0


def run(context: BenchContext) -> BenchResult:
    """Time the whole process at each size; the slowest of ours and the least ratio count."""
    sizes = context.sizes.get(ID, SIZES)
    runs, source = [], ""
    for n in sizes:
        material, source = few(context.data, n, seed=context.seed)
        runs.append(run_sides(material, seed=context.seed, repeats=1))
    ratios = [ratio for sides in runs if (ratio := sides.ratio("seconds")) is not None]
    slowest = max(sides.ours["seconds"] for sides in runs)
    checks = [Check(name="seconds, fresh process", value=slowest, target=SECONDS, at_most=True)]
    if ratios:
        checks.append(Check(name="times as fast at least", value=min(ratios), target=RATIO))
    return BenchResult(
        id=ID,
        ours={"seconds": slowest, "sizes": _by_size(sizes, runs)},
        peer={**runs[-1].peer_record(), "sizes": _peer_by_size(sizes, runs)},
        ratio=min(ratios, default=None),
        n=max(sizes),
        versions=versions("bertopic", "umap-learn", "hdbscan"),
        checks=tuple(checks),
        note=source,
    )


def _by_size(sizes: tuple[int, ...], runs: list[Sides]) -> dict[str, object]:
    return {str(n): sides.ours for n, sides in zip(sizes, runs, strict=True)}


def _peer_by_size(sizes: tuple[int, ...], runs: list[Sides]) -> dict[str, object]:
    return {str(n): sides.peer for n, sides in zip(sizes, runs, strict=True)}
