"""How high a ranking puts what is relevant; a repeated hit counts once, at its first place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2


def ndcg(ranked: Sequence[str], relevant: Collection[str], *, k: int = 10) -> float:
    """Return the discounted gain of the first `k`, over that of the best ranking."""
    if not relevant:
        raise ValueError("a query without relevant passages cannot be scored")
    gain = sum(1 / log2(place + 1) for place, item in _first_seen(ranked[:k]) if item in relevant)
    best = sum(1 / log2(place + 1) for place in range(1, min(k, len(relevant)) + 1))
    return gain / best


def recall(ranked: Sequence[str], relevant: Collection[str], *, k: int = 20) -> float:
    """Return the share of relevant passages among the first `k`, of those that could be there."""
    if not relevant:
        raise ValueError("a query without relevant passages cannot be scored")
    found = sum(item in relevant for _, item in _first_seen(ranked[:k]))
    return found / min(k, len(relevant))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Return 1 over the place of the first relevant passage; 0 if there is none."""
    places = (place for place, item in enumerate(ranked, start=1) if item in relevant)
    return 1 / next(places, float("inf"))


def _first_seen(ranked: Sequence[str]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    kept = []
    for place, item in enumerate(ranked, start=1):
        if item not in seen:
            seen.add(item)
            kept.append((place, item))
    return kept
