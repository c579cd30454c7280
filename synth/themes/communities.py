"""Communities of a neighbour graph, the same for the same graph and seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.themes.neighbours import Ints

#: Full cycles of moving, refining and joining; more than two gained less than 0.01 ARI.
CYCLES = 2


def communities(graph: Any, resolution: float, seed: int) -> Ints:
    """Return the community of each node (Traag, Waltman, van Eck 2019), numbered by first node.

    `graph` is a symmetric sparse matrix of weights. A higher `resolution` gives more communities.
    """
    from graspologic_native import leiden_csr

    n = graph.shape[0]
    if graph.nnz == 0:
        return np.arange(n, dtype=np.int64)
    graph = graph.tocsr()
    graph.sort_indices()
    _, found = leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        n,
        resolution=resolution,
        iterations=CYCLES,
        seed=seed,
    )
    order: dict[int, int] = {}
    return np.asarray(
        [order.setdefault(found[node], len(order)) for node in range(n)], dtype=np.int64
    )
