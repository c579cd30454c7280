"""A tree of texts, from each alone to all in one: nested groups of every granularity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import find_centres, renumber
from synth.themes.neighbours import Floats, Ints, best_columns

#: Pairs of groups compared at a time.
PAIRS = 1 << 17


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Pairs joined one after the other; `joins[i]` makes node n + i of the rows 0 to n - 1."""

    joins: Ints  #: shape (n - 1, 2)

    def cut(self, count: int) -> Ints:
        """Return the group of each row where `count` are left, numbered by first row."""
        return renumber(self._tops(count)[: len(self.joins) + 1])

    def cuts(self, counts: Sequence[int]) -> list[Ints]:
        """Return the groups of each row for each of `counts`, as `cut` does."""
        finest = max(counts)
        labels, above = self.cut(finest), self._above(finest)
        return [labels if count == finest else above.cut(count)[labels] for count in counts]

    def _above(self, count: int) -> Tree:
        """Return the tree whose rows are the groups of a cut."""
        n = len(self.joins) + 1
        number = np.empty(2 * n - 1, dtype=np.int64)
        top = self._tops(count)
        number[top[:n]] = renumber(top[:n])
        number[2 * n - count :] = count + np.arange(count - 1)
        return Tree(joins=number[self.joins[n - count :]])

    def _tops(self, count: int) -> Ints:
        """Return for each node the one above it that is a group where `count` are left."""
        n = len(self.joins) + 1
        above = np.arange(2 * n - 1)
        above[self.joins] = n + np.arange(n - 1)[:, None]
        top = np.where(above < 2 * n - count, above, np.arange(2 * n - 1))
        while not np.array_equal(top, top[top]):
            top = top[top]
        return top

    def within(self, labels: Ints) -> list[Tree]:
        """Return per group 0 to k - 1 the tree of its rows alone: what joins two of them, in order.

        Rows of -1 are in no group. Time grows with the rows and not with the groups.
        """
        sizes = np.bincount(labels[labels >= 0])
        joins: list[list[tuple[int, int]]] = [[] for _ in sizes]
        position = _positions(labels)
        tops = [
            {label: place} if label >= 0 else {}
            for label, place in zip(labels.tolist(), position.tolist(), strict=True)
        ]
        for pair in self.joins.tolist():
            few, many = sorted((tops[node] for node in pair), key=len)
            for label, node in few.items():
                if label in many:
                    joins[label].append((many[label], node))
                    node = int(sizes[label]) + len(joins[label]) - 1
                many[label] = node
            tops.append(many)
        return [Tree(joins=np.asarray(one, dtype=np.int64).reshape(-1, 2)) for one in joins]


def _positions(labels: Ints) -> Ints:
    """Return how many rows of its own group stand before each row."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    position = np.empty(len(labels), dtype=np.int64)
    position[order] = np.arange(len(labels)) - np.searchsorted(ordered, ordered)
    return position


def grow(points: Vectors, graph: Any) -> Tree:
    """Return the tree of unit rows of shape (n, d), two or more.

    Two neighbours in `graph` are joined where that adds least to the variance within groups (Ward
    1963). All pairs that are each other's best are joined at once, which gives the tree of one join
    after the other in some forty rounds (Sumengen et al. 2021). Nothing is drawn at random.
    """
    n = len(points)
    ties = connected(points, graph)
    sums, sizes, node = points.astype(np.float64), np.ones(n), np.arange(n)
    height, joins = np.zeros(2 * n - 1), np.empty((0, 2), dtype=np.int64)
    while len(sizes) > 1:
        added = _added_variance(ties, sums, sizes)
        first, second, least = _mutual(added)
        new = n + len(joins) + np.arange(len(first))
        joins = np.concatenate([joins, np.stack([node[first], node[second]], axis=1)])
        height[new] = np.maximum(least, np.maximum(height[node[first]], height[node[second]]))
        node[first] = new
        ties, sums, sizes, node = _contract(ties, sums, sizes, node, first, second)
    return Tree(joins=_in_order(joins, height[n:]))


def _added_variance(ties: Any, sums: Floats, sizes: Floats) -> Any:
    """Return `ties` with what joining two groups adds to the sum of squares within groups."""
    row = np.repeat(np.arange(len(sizes)), np.diff(ties.indptr))
    centres = (sums / sizes[:, None]).astype(np.float32)
    squares = np.einsum("ij,ij->i", centres, centres)
    across = np.empty(len(row))
    for start in range(0, len(row), PAIRS):
        block = slice(start, start + PAIRS)
        across[block] = np.einsum("ij,ij->i", centres[row[block]], centres[ties.indices[block]])
    apart = np.maximum(squares[row] + squares[ties.indices] - 2 * across, 0)
    weight = sizes[row] * sizes[ties.indices] / (sizes[row] + sizes[ties.indices])
    return type(ties)((apart * weight, ties.indices, ties.indptr), shape=ties.shape)


def _mutual(added: Any) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of groups that are each other's cheapest, and what joining them adds."""
    least = np.minimum.reduceat(added.data, added.indptr[:-1])
    best = best_columns(-added)
    first = np.flatnonzero((best[best] == np.arange(len(best))) & (np.arange(len(best)) < best))
    return first, best[first], least[first]


def _contract(
    ties: Any, sums: Floats, sizes: Floats, node: Ints, first: Ints, second: Ints
) -> tuple[Any, Floats, Floats, Ints]:
    """Return all of it after each `second` went into its `first`."""
    from scipy.sparse import csr_array

    count = len(sizes)
    home = np.arange(count)
    home[second] = first
    kept = np.flatnonzero(home == np.arange(count))
    place = np.empty(count, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    place = place[home]
    into = csr_array((np.ones(count), (place, np.arange(count))), shape=(len(kept), count))
    row = place[np.repeat(np.arange(count), np.diff(ties.indptr))]
    column = place[ties.indices]
    across = row != column
    ties = csr_array(
        (np.ones(across.sum()), (row[across], column[across])), shape=(len(kept), len(kept))
    )
    ties.sum_duplicates()
    return ties, into @ sums, into @ sizes, node[kept]


def _in_order(joins: Ints, heights: Floats) -> Ints:
    """Return joins from the lowest to the highest, with their nodes numbered so."""
    n = len(joins) + 1
    order = np.argsort(heights, kind="stable")
    number = np.arange(2 * n - 1)
    number[n + order] = n + np.arange(n - 1)
    return number[joins[order]]


def connected(points: Vectors, graph: Any) -> Any:
    """Return a graph in one piece: pieces are tied to those whose centres are nearest."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    count, piece = connected_components(graph, directed=False)
    if count == 1:
        return graph
    centres = find_centres(points, piece.astype(np.int64))
    own = np.einsum("ij,ij->i", points, centres[piece])
    order = np.lexsort((-own, piece))
    middle = order[np.unique(piece[order], return_index=True)[1]]
    ties = minimum_spanning_tree(np.maximum(2 - centres @ centres.T, 1e-9)).tocoo()
    bridges = csr_array(
        (np.ones(len(ties.row)), (middle[ties.row], middle[ties.col])), shape=graph.shape
    )
    return graph + bridges + bridges.T
