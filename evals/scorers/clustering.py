"""How well groups found agree with labels given; the names of groups do not matter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def code(labels: Sequence[object]) -> Ints:
    """Return labels as numbers from 0, in order of their text."""
    return np.unique(np.asarray([str(label) for label in labels]), return_inverse=True)[1]


def contingency(truth: Ints, found: Ints) -> Floats:
    """Return how many items have each pair of true label (row) and group found (column)."""
    _, rows = np.unique(truth, return_inverse=True)
    _, columns = np.unique(found, return_inverse=True)
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    return table


def nmi(truth: Ints, found: Ints) -> float:
    """Return mutual information over the mean entropy of both (1: the same partition)."""
    table = contingency(truth, found)
    joint = table / table.sum()
    by_truth, by_found = joint.sum(axis=1), joint.sum(axis=0)
    inside = joint > 0
    expected = np.outer(by_truth, by_found)
    shared = float((joint[inside] * np.log(joint[inside] / expected[inside])).sum())
    mean = (_entropy(by_truth) + _entropy(by_found)) / 2
    return 1.0 if mean == 0 else max(0.0, shared / mean)


def ari(truth: Ints, found: Ints) -> float:
    """Return the Rand index corrected for chance (Hubert and Arabie 1985): 0 for random groups."""
    table = contingency(truth, found)
    n = table.sum()
    together = _pairs(table).sum()
    by_truth, by_found = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = by_truth * by_found / _pairs(n)
    most = (by_truth + by_found) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def acc(truth: Ints, found: Ints) -> float:
    """Return the share of items right under the best one-to-one match of groups to labels."""
    from scipy.optimize import linear_sum_assignment

    table = contingency(truth, found)
    rows, columns = linear_sum_assignment(-table)
    return float(table[rows, columns].sum() / table.sum())


def best_match_f1(truth: Ints, found: Ints) -> float:
    """Return the mean over labels of the F1 of the group that fits each best; -1 is no group."""
    inside = found >= 0
    if not inside.any():
        return 0.0
    sizes = np.bincount(truth)
    _, columns = np.unique(found[inside], return_inverse=True)
    table = np.zeros((len(sizes), columns.max() + 1))
    np.add.at(table, (truth[inside], columns), 1)
    f1 = 2 * table / (sizes[:, None] + table.sum(axis=0))
    return float(f1[sizes > 0].max(axis=1).mean())


def unthemed(found: Ints) -> float:
    """Return the share of items in no group."""
    return float((found < 0).mean())


def _entropy(shares: Floats) -> float:
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())


def _pairs(counts: Floats) -> Floats:
    return np.asarray(counts * (counts - 1) / 2)
