"""Whether the same themes come again: under another seed, another order, fewer or more texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np

from evals.scorers.clustering import Ints, acc, ari

#: An id is kept when what carries it shares this much (Jaccard) with what carried it before: more
#: than half of the union, so that no two themes can lay claim to one.
SAME = 0.5

Groups = Mapping[str, Collection[str]]  #: theme id -> passages


def mean_pairwise(runs: Sequence[Ints], rows: Ints) -> float:
    """Return the mean ARI over all pairs of runs, on some rows; 1 for a single run."""
    pairs = list(combinations(runs, 2))
    if not pairs:
        return 1.0
    return float(np.mean([ari(one[rows], other[rows]) for one, other in pairs]))


def mean_against(whole: Ints, parts: Sequence[tuple[Ints, Ints]]) -> float:
    """Return the mean ARI of runs on subsets, each as (rows, labels), with the run on all."""
    return float(np.mean([ari(whole[rows], labels) for rows, labels in parts]))


def staying(one: Ints, other: Ints) -> int:
    """Return how many rows stay in their theme: all of them only if both group alike.

    Themes are matched one to one; what is in none counts as one more of them.
    """
    return round(acc(one, other) * len(one))


def ids_kept(before: Groups, after: Groups, known: Collection[str]) -> dict[str, bool]:
    """Return for each theme of `before` whether the theme with its id in `after` is still it.

    Only `known` passages, those that both runs had, are compared.
    """
    shared = frozenset(known)
    return {
        name: _jaccard(shared.intersection(group), shared.intersection(after.get(name, ()))) >= SAME
        for name, group in before.items()
    }


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0
