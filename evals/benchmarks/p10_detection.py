"""P10: detection over 1,000 daily series of two years, and over 58 streams as long as NAB's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

import numpy as np

from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions
from synth.metrics.moves import find_moves
from synth.metrics.series import DAY, HOUR, RegularSeries

ID = "P10"

#: Daily series and streams; days of the one and hours of the other (NAB's mean length).
SERIES, STREAMS, DAYS, HOURS = 1_000, 58, 730, 6_300

#: Seconds allowed on two cores.
DAILY_SECONDS, HOURLY_SECONDS, CORES = 30.0, 60.0, 2

START = datetime(2024, 1, 1, tzinfo=UTC)


def run(context: BenchContext) -> BenchResult:
    """Time both on two processes, their start counted."""
    series, streams = context.sizes.get(ID, (SERIES, STREAMS))
    daily = _timed(_daily, range(context.seed, context.seed + series))
    hourly = _timed(_hourly, range(context.seed, context.seed + streams))
    return BenchResult(
        id=ID,
        ours={"daily_seconds": daily, "hourly_seconds": hourly, "cores": os.cpu_count() or 1},
        peer=None,
        ratio=None,
        n=series + streams,
        versions=versions(),
        checks=(
            Check(name="daily seconds", value=daily, target=DAILY_SECONDS, at_most=True),
            Check(name="hourly seconds", value=hourly, target=HOURLY_SECONDS, at_most=True),
        ),
        note=f"{series} daily series of {DAYS} days, {streams} hourly ones of {HOURS} hours, made",
    )


def _timed(work: Callable[[int], int], seeds: Sequence[int]) -> float:
    started = time.perf_counter()
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(work, seeds, chunksize=max(1, len(seeds) // (4 * CORES))))
    return time.perf_counter() - started


def _daily(seed: int) -> int:
    rng = np.random.default_rng(seed)
    day = np.arange(DAYS)
    values = rng.poisson(400 * (1 + day / 2000) * (1 - 0.3 * (day % 7 >= 5))).astype(float)
    values[500:520] *= 0.7
    return len(find_moves(_series(values, False)))


def _hourly(seed: int) -> int:
    rng = np.random.default_rng(seed)
    hour = np.arange(HOURS)
    values = 200 * (1 + 0.3 * np.sin(hour * 2 * np.pi / 24)) * (1 + 0.03 * rng.normal(size=HOURS))
    values[5000:5006] *= 0.7
    return len(find_moves(_series(values, True)))


def _series(values: np.ndarray, is_hourly: bool) -> RegularSeries:
    return RegularSeries(
        start=START,
        values=values,
        numerators=None,
        denominators=None,
        step=HOUR if is_hourly else DAY,
    )
