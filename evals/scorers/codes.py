"""How well groups found fit human codes, where a passage may carry several codes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.scorers.clustering import Floats, Ints


def membership(codes: Sequence[Sequence[str]]) -> Floats:
    """Return 1 where a passage (row) carries a code (column), codes in order of their text."""
    names = sorted({code for several in codes for code in several})
    column = {name: position for position, name in enumerate(names)}
    table = np.zeros((len(codes), len(names)))
    for row, several in enumerate(codes):
        table[row, [column[code] for code in several]] = 1.0
    return table


def best_f1(weights: Floats, amounts: Floats, found: Ints) -> Floats:
    """Return for each code the F1 of the group that fits it best; shape (codes,).

    `weights` says how much of each code (column) each passage (row) holds: 1 for a coded passage,
    or a number of characters; `amounts` how much of it carries any code at all, shape (passages,).
    What nobody coded counts nowhere; -1 is no group.
    """
    inside = found >= 0
    if not inside.any():
        return np.zeros(weights.shape[1])
    _, columns = np.unique(found[inside], return_inverse=True)
    shared = np.zeros((columns.max() + 1, weights.shape[1]))
    np.add.at(shared, columns, weights[inside])
    sizes = np.bincount(columns, amounts[inside])
    f1 = 2 * shared / np.maximum(weights.sum(axis=0) + sizes[:, None], 1e-12)
    return np.asarray(f1.max(axis=0))
