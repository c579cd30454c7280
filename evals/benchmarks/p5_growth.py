"""P5: how time and memory of a theme run grow with made vectors, each size in a fresh process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from evals.benchmarks.processes import run_task
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions

ID = "P5"
#: Sizes the exponent is taken over; beyond them, the size that is only shown.
SIZES, SHOWN = (10_000, 100_000, 300_000), 1_000_000
EXPONENT, LIMIT_AT, LIMIT_MIB = 1.2, 100_000, 3 * 1024


def run(context: BenchContext) -> BenchResult:
    """Find themes at each size and fit the exponents of time and of memory."""
    sizes = context.sizes.get(ID, (*SIZES, SHOWN))
    found = {n: run_task("grow", n=n, seed=context.seed).said for n in sizes}
    judged = [n for n in sizes if n != SHOWN]
    slopes = {name: exponent(judged, found, name) for name in ("seconds", "peak_mib")}
    checks = [
        Check(name=f"exponent of {name}", value=slope, target=EXPONENT, at_most=True)
        for name, slope in slopes.items()
    ]
    if LIMIT_AT in found:
        peak = found[LIMIT_AT]["peak_mib"]
        checks.append(
            Check(name="MiB at 100,000 vectors", value=peak, target=LIMIT_MIB, at_most=True)
        )
    return BenchResult(
        id=ID,
        ours={
            "exponent_seconds": slopes["seconds"],
            "exponent_peak_mib": slopes["peak_mib"],
            "sizes": {str(n): said for n, said in found.items()},
        },
        peer=None,
        ratio=None,
        n=max(sizes),
        versions=versions(),
        checks=tuple(checks),
        note="made vectors, 200 planted groups",
    )


def exponent(sizes: Sequence[int], found: Mapping[int, Mapping[str, float]], name: str) -> float:
    """Return b of `a * n^b` fitted to a measure by least squares of logarithms.

    Raises:
        ValueError: fewer than two sizes, or a measure that is not positive.
    """
    values = [found[n][name] for n in sizes]
    if len(sizes) < 2 or min(values) <= 0:
        raise ValueError(f"no exponent of {name} from {values}")
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])
