"""Different texts as points: their main axes and their neighbours, found once and shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import unit
from synth.themes.neighbours import neighbour_graph

#: Up to so many different texts a corpus is small.
SMALL = 600

#: Neighbours of a text: ten in small corpora, where a theme has few texts, more in larger ones.
NEIGHBOURS, MORE_NEIGHBOURS = 10, 15

#: Share of the variance that the main axes hold.
VARIANCE = 0.6


@dataclass(frozen=True, kw_only=True)
class Space:
    """What every stage of theme finding looks at."""

    rows: Vectors  #: unit rows, shape (n, d)
    axes: Vectors  #: unit rows in the main axes, shape (n, fewer)
    graph: Any  #: symmetric sparse matrix of nearest neighbours, shape (n, n)


def survey(rows: Vectors) -> Space:
    """Return the space of at least two different unit rows."""
    count = NEIGHBOURS if len(rows) <= SMALL else MORE_NEIGHBOURS
    graph = neighbour_graph(rows, min(count, len(rows) - 1))
    return Space(rows=rows, axes=main_axes(rows), graph=graph)


def main_axes(rows: Vectors) -> Vectors:
    """Return unit rows in the axes that hold most of the variance: noise weighs less there."""
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    spread, axes = np.linalg.eigh(centred.T @ centred)
    shares = np.cumsum(spread[::-1]) / max(float(spread.sum()), 1e-12)
    count = max(2, int(np.searchsorted(shares, VARIANCE)) + 1)
    return unit(centred @ axes[:, ::-1][:, :count]).astype(np.float32)
