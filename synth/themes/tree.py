"""A tree of texts, from each alone to all in one: nested groups of every granularity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import group_sums, renumber, unit
from synth.themes.neighbours import Ints


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Pairs joined one after the other; `joins[i]` makes node n + i of the rows 0 to n - 1."""

    joins: Ints  #: shape (n - 1, 2)

    def cut(self, count: int) -> Ints:
        """Return the group of each row where `count` are left, numbered by first row."""
        n = len(self.joins) + 1
        home = np.arange(2 * n - 1)
        for node in range(2 * n - 1 - count, n - 1, -1):
            home[self.joins[node - n]] = home[node]
        return renumber(home[:n])


def grow(points: Vectors, graph: Any) -> Tree:
    """Return the tree of unit rows of shape (n, d), two or more.

    Two neighbours in `graph` are joined where that adds least to the variance within groups (Ward
    1963). Nothing is drawn at random: the same rows give the same tree.
    """
    from sklearn.cluster import ward_tree

    joins = ward_tree(points, connectivity=connected(points, graph))[0]
    return Tree(joins=np.asarray(joins, dtype=np.int64))


def connected(points: Vectors, graph: Any) -> Any:
    """Return a graph in one piece: pieces are tied to those whose centres are nearest."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    count, piece = connected_components(graph, directed=False)
    if count == 1:
        return graph
    centres = unit(group_sums(points, piece.astype(np.int64)))
    own = np.einsum("ij,ij->i", points, centres[piece])
    order = np.lexsort((-own, piece))
    middle = order[np.unique(piece[order], return_index=True)[1]]
    ties = minimum_spanning_tree(np.maximum(2 - centres @ centres.T, 1e-9)).tocoo()
    bridges = csr_array(
        (np.ones(len(ties.row)), (middle[ties.row], middle[ties.col])), shape=graph.shape
    )
    return graph + bridges + bridges.T
