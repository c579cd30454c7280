"""Exact nearest neighbours by cosine, in blocks: nothing approximate that could vary."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.backends.embedder import Vectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Rows compared with all others at a time, in each of some threads.
BLOCK = 512
WORKERS = 2

#: Slabs per neighbour looked for.
SLABS = 8


def nearest(vectors: Vectors, k: int) -> tuple[Ints, Floats]:
    """Return the `k` nearest other rows of each unit row and their cosines, nearest first.

    Both are of shape (n, k); equal cosines are ordered by row. Needs 0 <= k < n.
    """
    n = len(vectors)
    indices, cosines = np.empty((n, k), dtype=np.int64), np.empty((n, k))

    def fill(start: int) -> None:
        rows = np.arange(start, min(start + BLOCK, n))
        block = vectors[rows] @ vectors.T
        block[np.arange(len(rows)), rows] = -np.inf
        indices[rows], cosines[rows] = _largest(block, k)

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        list(pool.map(fill, range(0, n, BLOCK)))
    return indices, cosines


def _largest(values: Vectors, k: int) -> tuple[Ints, Vectors]:
    """Return columns and values of the `k` largest of each row, largest first.

    The k-th largest of the maxima of many slabs is no larger than the k-th largest of all: only
    what reaches it is sorted. Twice to three times as fast as a partition of rows of 10,000.
    """
    n, width = values.shape[1], max(1, values.shape[1] // (SLABS * max(k, 1)))
    if k == 0:
        return np.empty((len(values), 0), dtype=np.int64), values[:, :0]
    slabs = n // width
    maxima = values[:, : slabs * width].reshape(len(values), width, slabs).max(axis=1)
    maxima = np.hstack([maxima, values[:, slabs * width :]])
    bound = np.partition(maxima, -k, axis=1)[:, -k]
    row, column = np.divmod(np.flatnonzero(values >= bound[:, None]), n)
    found = values[row, column]
    order = np.lexsort((column, -found, row))
    first = np.searchsorted(row, np.arange(len(values)))
    picked = order[first[:, None] + np.arange(k)]
    return column[picked], found[picked]


def neighbour_graph(vectors: Vectors, k: int) -> Any:
    """Return the symmetric sparse graph of `nearest`, weighted by squared cosine."""
    from scipy.sparse import csr_array

    n = len(vectors)
    indices, cosines = nearest(vectors, k)
    weights = np.clip(cosines, 1e-6, 1.0) ** 2
    rows = np.repeat(np.arange(n), k)
    graph = csr_array((weights.ravel(), (rows, indices.ravel())), shape=(n, n))
    return graph.maximum(graph.T).tocsr()


def best_columns(values: Any) -> Ints:
    """Return the column of each row's largest stored value; of equal ones the first."""
    values.sort_indices()
    largest = np.maximum.reduceat(values.data, values.indptr[:-1])
    row = np.repeat(np.arange(len(largest)), np.diff(values.indptr))
    held = np.flatnonzero(values.data == largest[row])
    first = held[np.unique(row[held], return_index=True)[1]]
    return np.asarray(values.indices[first], dtype=np.int64)
