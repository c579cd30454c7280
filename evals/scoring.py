"""Score items one by one: what a scorer cannot answer counts as 0 and stays in the count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from evals.stats import Summary, bootstrap, summarise
from evals.types import Estimate, Score


class Named(Protocol):
    """Anything with an id: an item of a set."""

    @property
    def id(self) -> str:
        """Return the id, unique within the set."""
        ...


ItemT = TypeVar("ItemT", bound=Named)


def score_items(
    items: Iterable[ItemT],
    scorer: Callable[[ItemT], Score],
    *,
    name: str,
    cluster: Callable[[ItemT], str] = lambda item: item.id,
) -> list[Score]:
    """Return one score per item; an exception, None or a wrong item gives an errored 0."""
    return [_score_one(item, scorer, name=name, cluster=cluster(item)) for item in items]


def _score_one(item: ItemT, scorer: Callable[[ItemT], Score], *, name: str, cluster: str) -> Score:
    try:
        score: object = scorer(item)
    except Exception as error:  # noqa: BLE001 - whatever a scorer raises is its answer: 0
        return _errored(item, name, cluster, f"{type(error).__name__}: {error}")
    if not isinstance(score, Score):
        return _errored(item, name, cluster, f"the scorer gave {score!r}, not a Score")
    if score.item != item.id:
        return _errored(item, name, cluster, f"the scorer answered for {score.item}")
    return replace(score, cluster=score.cluster or cluster)


def _errored(item: Named, name: str, cluster: str, evidence: str) -> Score:
    return Score(
        name=name, item=item.id, value=0.0, cluster=cluster, evidence=evidence, errored=True
    )


def summarise_all(items: Sequence[Named], scores: Sequence[Score], *, seed: int) -> Summary:
    """Return the summary of `scores`, after checking that no item was dropped or doubled.

    Raises:
        ValueError: the scores are not exactly those of `items`.
    """
    wanted, found = sorted(item.id for item in items), sorted(score.item for score in scores)
    if wanted != found:
        lost = len(set(wanted) - set(found))
        raise ValueError(f"{len(wanted)} items but {len(found)} scores; {lost} items have none")
    return summarise(scores, seed=seed)


def score_repeats(
    items: Sequence[ItemT],
    scorer: Callable[[ItemT], Score],
    *,
    name: str,
    repeats: int,
    cluster: Callable[[ItemT], str] = lambda item: item.id,
) -> list[list[Score]]:
    """Return `repeats` rounds of scores; the scorer is asked afresh in each."""
    return [score_items(items, scorer, name=name, cluster=cluster) for _ in range(repeats)]


def pass_all(rounds: Sequence[Sequence[Score]], *, threshold: float, seed: int) -> Estimate:
    """Return pass^k: the share of items that reach `threshold` in every round."""
    by_item = list(zip(*rounds, strict=True))
    values = [
        float(all(not score.errored and score.value >= threshold for score in scores))
        for scores in by_item
    ]
    clusters = [scores[0].cluster or scores[0].item for scores in by_item]
    return bootstrap(values, clusters, seed=seed, draws=2_000)
