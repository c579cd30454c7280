"""Different texts as points: their main axes, their neighbours and their tree, shared by all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import unit
from synth.themes.neighbours import neighbour_graph
from synth.themes.tree import Tree, grow

#: Neighbours of a text: so many, in a larger corpus so large a share of it, but never more than the
#: last. The themes of a larger corpus are larger; with too few ties they fall into pieces.
NEIGHBOURS, NEIGHBOUR_SHARE, MOST_NEIGHBOURS = 15, 0.003, 30

#: Share of the variance that the main axes hold.
VARIANCE = 0.6

#: Steps towards the neighbours' mean before texts are joined; two to four differ little.
STEPS = 3


@dataclass(frozen=True, kw_only=True)
class Space:
    """What every stage of theme finding looks at."""

    rows: Vectors  #: unit rows, shape (n, d)
    axes: Vectors  #: unit rows in the main axes, shape (n, fewer)
    graph: Any  #: symmetric sparse matrix of nearest neighbours, shape (n, n)

    @cached_property
    def points(self) -> Vectors:
        """Rows of `axes` moved towards their neighbours: what only one text has weighs less."""
        return diffuse(self.axes, self.graph)

    @cached_property
    def tree(self) -> Tree:
        """How the texts join."""
        return grow(self.points, self.graph)


def survey(rows: Vectors) -> Space:
    """Return the space of different unit rows."""
    n = len(rows)
    wanted = min(max(NEIGHBOURS, round(NEIGHBOUR_SHARE * n)), MOST_NEIGHBOURS)
    return Space(rows=rows, axes=main_axes(rows), graph=neighbour_graph(rows, min(wanted, n - 1)))


def main_axes(rows: Vectors) -> Vectors:
    """Return unit rows in the axes that hold most of the variance: noise weighs less there."""
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    spread, axes = np.linalg.eigh(centred.T @ centred)
    shares = np.cumsum(spread[::-1]) / max(float(spread.sum()), 1e-12)
    count = max(2, int(np.searchsorted(shares, VARIANCE)) + 1)
    return unit(centred @ axes[:, ::-1][:, :count]).astype(np.float32)


def diffuse(axes: Vectors, graph: Any) -> Vectors:
    """Return unit rows after some steps of a random walk; a row weighs as much as its nearest."""
    from scipy.sparse import diags_array

    walk = graph + diags_array(graph.max(axis=1).toarray().ravel())
    walk = diags_array(1 / walk.sum(axis=1)) @ walk
    points = axes.astype(np.float64)
    for _ in range(STEPS):
        points = walk @ points
    return unit(points).astype(np.float32)
