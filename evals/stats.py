"""Estimates with 95 % intervals, comparisons of two runs, and the one rule that gives verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evals.types import Estimate, Score, Verdict
from synth.core.proportions import wilson

Floats: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

#: Fewer independent documents or people than this never give "pass", unless the rule is hard.
MIN_CLUSTERS = 20
#: A run with more errored items than this share is invalid.
MAX_ERRORED = 0.02
QUANTILES = (0.025, 0.975)
#: Draws computed at once: keeps the weight matrix small.
BATCH_DRAWS = 500


def wilson_estimate(k: int, n: int) -> Estimate:
    """Return the rate `k` of `n` with its Wilson interval; n = 0 gives 0 in 0 to 1."""
    share = wilson(k, n)
    return Estimate(value=k / n if n else 0.0, low=share.low, high=share.high)


def exact(value: float) -> Estimate:
    """Return a count or a computed constant, which has no sampling error."""
    return Estimate(value=_finite([value])[0], low=value, high=value)


def mean(values: Floats) -> float:
    """Return the arithmetic mean."""
    return float(values.mean())


def bootstrap(
    values: Sequence[float] | Floats,
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = 10_000,
    statistic: Callable[[Floats], float] = mean,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Estimate:
    """Return `statistic` of `values` with a percentile interval over resampled clusters.

    Whole clusters are drawn, since items of one document or person are not independent. A sample
    that cannot show its spread is not called certain: one cluster gives the whole of `bounds`,
    and items that all sit on a bound get the Wilson limit of their clusters.

    Raises:
        ValueError: no items, lengths differ, or a value is not finite.
    """
    data = _finite(values)
    if len(data) != len(clusters):
        raise ValueError(f"{len(data)} values but {len(clusters)} clusters")
    groups = _groups(clusters)
    point = statistic(data)
    if len(groups) == 1:
        return Estimate(value=point, low=min(bounds[0], point), high=max(bounds[1], point))
    if statistic is mean:
        if np.all(data == data[0]) and data[0] in bounds:
            return _at_bound(point, len(groups), bounds)
        drawn = _drawn_means(data, groups, seed=seed, draws=draws)
    else:
        drawn = _drawn(lambda rows: statistic(data[rows]), groups, seed=seed, draws=draws)
    return _interval(point, drawn)


def bootstrap_indices(
    clusters: Sequence[str] | int,
    statistic: Callable[[Indices], float],
    *,
    seed: int,
    draws: int = 2_000,
    bounds: tuple[float, float] = (-1.0, 1.0),
) -> Estimate:
    """Return a corpus metric (NMI, AUROC) with its interval.

    `statistic` takes positions of items, some drawn twice. `clusters` names the cluster of each
    item; a number means that many items, each on its own. Draws that give no finite value (for
    example one class only) are left out; more than half of them is an error. Items drawn twice
    agree with themselves, so that draws of NMI lie too high: they are moved to the value.

    Raises:
        ValueError: no items, or the statistic is undefined on them.
    """
    names = [str(item) for item in range(clusters)] if isinstance(clusters, int) else clusters
    groups = _groups(names)
    point = statistic(np.arange(len(names)))
    if not isfinite(point):
        raise ValueError("the statistic is not finite on the whole sample")
    drawn = _drawn(statistic, groups, seed=seed, draws=draws)
    usable = drawn[np.isfinite(drawn)]
    if len(usable) * 2 < draws:
        raise ValueError(f"the statistic is defined in {len(usable)} of {draws} draws only")
    low, high = np.clip(np.quantile(usable - usable.mean() + point, QUANTILES), *bounds)
    return Estimate(value=float(point), low=float(min(low, point)), high=float(max(high, point)))


def paired_bootstrap(
    ours: Sequence[float] | Floats,
    theirs: Sequence[float] | Floats,
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = 10_000,
) -> Estimate:
    """Return the mean of `ours - theirs` item by item, with a cluster bootstrap interval."""
    first, second = _finite(ours), _finite(theirs)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} items against {len(second)}: pair them first")
    return bootstrap(first - second, clusters, seed=seed, draws=draws, bounds=(-1.0, 1.0))


def paired_p(
    ours: Sequence[float] | Floats,
    theirs: Sequence[float] | Floats,
    clusters: Sequence[str],
    *,
    seed: int,
    draws: int = 9_999,
) -> float:
    """Return the two-sided p of "no difference": signs of whole clusters are flipped at random."""
    deltas = _finite(ours) - _finite(theirs)
    groups = _groups(clusters)
    sums = np.array([deltas[rows].sum() for rows in groups])
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(draws, len(sums)))
    extreme = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12
    return float((extreme.sum() + 1) / (draws + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number (Holm 1979), in the order given."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, position in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[position]))
        adjusted[position] = largest
    return adjusted


def judge(
    estimate: Estimate,
    target: float,
    *,
    n_clusters: int,
    hard: bool = False,
    at_most: bool = False,
    errored: int = 0,
    n: int | None = None,
) -> Verdict:
    """Return the verdict on one metric: the only rule by which an eval passes.

    More than 2 % errored items of `n` fail. A hard rule is met or broken whatever the size. Else
    fewer than 20 clusters are inconclusive, and the value decides. `at_most` turns the target
    into a ceiling.

    Raises:
        ValueError: the estimate is no number, or its interval does not hold its value.
    """
    _finite([estimate.value, estimate.low, estimate.high, target])
    if not estimate.low - 1e-9 <= estimate.value <= estimate.high + 1e-9:
        raise ValueError(f"the interval does not hold the value: {estimate}")
    if is_invalid(errored, n_clusters if n is None else n):
        return Verdict.FAIL
    if not hard and n_clusters < MIN_CLUSTERS:
        return Verdict.INCONCLUSIVE
    met = estimate.value <= target if at_most else estimate.value >= target
    return Verdict.PASS if met else Verdict.FAIL


def is_invalid(errored: int, n: int) -> bool:
    """Return whether so many items errored that the run says nothing."""
    return errored > MAX_ERRORED * n


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of several rules together: the worst one; no rule at all is a fail."""
    worst = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.SKIPPED, Verdict.PASS)
    return min(verdicts, key=worst.index, default=Verdict.FAIL)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The scores of one metric put together."""

    estimate: Estimate
    n: int
    clusters: int
    errored: int

    def judge(self, target: float, *, hard: bool = False) -> Verdict:
        """Return the verdict against a floor, errors counted."""
        return judge(
            self.estimate,
            target,
            n_clusters=self.clusters,
            hard=hard,
            errored=self.errored,
            n=self.n,
        )


def summarise(scores: Sequence[Score], *, seed: int, draws: int = 2_000) -> Summary:
    """Return the mean of `scores` by cluster; an errored item counts as 0, never left out."""
    values = [0.0 if score.errored else score.value for score in scores]
    clusters = [score.cluster or score.item for score in scores]
    return Summary(
        estimate=bootstrap(values, clusters, seed=seed, draws=draws),
        n=len(scores),
        clusters=len(set(clusters)),
        errored=sum(score.errored for score in scores),
    )


def _finite(values: Sequence[float] | Floats) -> Floats:
    data = np.asarray(values, dtype=np.float64)
    if data.size == 0:
        raise ValueError("no items: an empty sample has no estimate")
    if not np.isfinite(data).all():
        raise ValueError("a value is not a finite number")
    return data


def _groups(clusters: Sequence[str]) -> list[Indices]:
    if not len(clusters):
        raise ValueError("no items: an empty sample has no estimate")
    _, inverse = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return np.split(order, np.cumsum(np.bincount(inverse))[:-1])


def _at_bound(point: float, clusters: int, bounds: tuple[float, float]) -> Estimate:
    width = bounds[1] - bounds[0]
    if point == bounds[1]:
        return Estimate(
            value=point, low=bounds[0] + width * wilson(clusters, clusters).low, high=point
        )
    return Estimate(value=point, low=point, high=bounds[0] + width * wilson(0, clusters).high)


def _drawn_means(data: Floats, groups: list[Indices], *, seed: int, draws: int) -> Floats:
    sums = np.array([data[rows].sum() for rows in groups])
    sizes = np.array([len(rows) for rows in groups], dtype=np.float64)
    random, count = np.random.default_rng(seed), len(groups)
    means = []
    for start in range(0, draws, BATCH_DRAWS):
        size = min(BATCH_DRAWS, draws - start)
        weights = random.multinomial(count, np.full(count, 1 / count), size=size)
        means.append((weights @ sums) / (weights @ sizes))
    return np.concatenate(means)


def _drawn(
    statistic: Callable[[Indices], float], groups: list[Indices], *, seed: int, draws: int
) -> Floats:
    random, count = np.random.default_rng(seed), len(groups)
    if all(len(rows) == 1 for rows in groups):
        items = np.concatenate(groups)
        return np.array(
            [statistic(items[random.integers(count, size=count)]) for _ in range(draws)]
        )
    return np.array(
        [
            statistic(np.concatenate([groups[pick] for pick in random.integers(count, size=count)]))
            for _ in range(draws)
        ]
    )


def _interval(point: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, QUANTILES)
    return Estimate(value=float(point), low=float(min(low, point)), high=float(max(high, point)))
