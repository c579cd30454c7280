"""Exact nearest neighbours by cosine, in blocks: nothing approximate that could vary."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.backends.embedder import Vectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK = 2048


def nearest(vectors: Vectors, k: int) -> tuple[Ints, Floats]:
    """Return the `k` nearest other rows of each unit row and their cosines, nearest first.

    Both are of shape (n, k); equal cosines are ordered by row. Needs 1 <= k < n.
    """
    n = len(vectors)
    indices, cosines = np.empty((n, k), dtype=np.int64), np.empty((n, k))
    for start in range(0, n, BLOCK):
        rows = np.arange(start, min(start + BLOCK, n))
        block = (vectors[rows] @ vectors.T).astype(np.float64)
        block[np.arange(len(rows)), rows] = -np.inf
        picked = np.argpartition(-block, k - 1, axis=1)[:, :k]
        found = np.take_along_axis(block, picked, axis=1)
        order = np.lexsort((picked, -found), axis=1)
        indices[rows] = np.take_along_axis(picked, order, axis=1)
        cosines[rows] = np.take_along_axis(found, order, axis=1)
    return indices, cosines


def neighbour_graph(vectors: Vectors, k: int) -> Any:
    """Return the symmetric sparse graph of `nearest`, weighted by squared cosine."""
    from scipy.sparse import csr_array

    n = len(vectors)
    indices, cosines = nearest(vectors, k)
    weights = np.clip(cosines, 1e-6, 1.0) ** 2
    rows = np.repeat(np.arange(n), k)
    graph = csr_array((weights.ravel(), (rows, indices.ravel())), shape=(n, n))
    return graph.maximum(graph.T).tocsr()
