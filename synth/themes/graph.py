"""Groups of the neighbour graph; how fine they are is told by the data."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.assign import describe, place
from synth.themes.centres import (
    Floors,
    cohesion,
    find_centres,
    group_sums,
    is_theme,
    measure,
    renumber,
)
from synth.themes.neighbours import WORKERS, Ints, best_columns
from synth.themes.space import Space

#: Up to so many different texts a corpus is small.
SMALL = 600

#: How many granularities there are, from coarse to fine. In a corpus that is not small each third
#: is tried, then those around the best, which is the best of all in all nine sets looked at.
GRANULARITIES, STRIDE = 28, 3

#: In a small corpus the finest granularity this near to the best silhouette is taken: people merge
#: more easily than they split. Chosen on worlds planted for it.
TOLERANCE = 0.96

#: More themes than this times the root of the number of texts nobody reads.
BUDGET = 3.0

#: What the size of an average group counts against joining it, as a share of a text's ties.
SIZE_COUNTS = 0.12

#: What a text counts, of a whole one, whose group is too loose for a theme.
LOOSE_COUNTS = 0.5

#: The themes there were go on when they stand at least so much as far apart as other groups would.
STAY = 0.97

#: Two groups are one when texts across them are nearly as alike as texts within.
MERGE_RATIO = 0.9

#: Most rounds of moving texts to a nearer centre, and to where their neighbours are; a limit on
#: time: on BANKING77 train ten rounds of the second agree with people by 0.001 more (ARI, NMI).
ROUNDS, MOVES = 10, 5

#: Contrast of a theme that was looked for inside chatter. Most pieces of the chatter in the sample
#: study, at fine granularity, have 0.03 to 0.21; a few reach 0.28.
HIDDEN_CONTRAST = 0.22


def find_groups(space: Space, *, floors: Floors, min_size: int, before: Ints | None = None) -> Ints:
    """Return a group for every row, numbered from 0; loose or small ones are the caller's to judge.

    `before` is the theme of each row in the run before, -1 in none or new: unless other groups are
    clearly better, those themes go on.

    The tree of texts is cut at several heights, and of each cut every text moves to where it fits
    best: in a small corpus to its nearest centre, as its neighbours are half of a theme, else to
    where its neighbours are. Silhouettes decide between the cuts, so that no number of themes has
    to be given.
    """
    n = len(space.rows)
    if n < 3:
        return np.zeros(n, dtype=np.int64) if n < 2 else _pair(space.rows)
    cuts = space.tree.cuts(granularities(n))
    found = _divide(space, _best(space, cuts, floors, min_size=min_size), cuts, floors)
    if before is None or before.max(initial=-1) < 0:
        return found
    kept = _divide(space, go_on(space.rows, before), cuts, floors)
    values = [apart(space, labels, floors, min_size=min_size) for labels in (kept, found)]
    return kept if values[0] >= STAY * values[1] else found


def go_on(rows: Vectors, before: Ints) -> Ints:
    """Return the themes there were with new rows near them, and one group of all other rows."""
    near = place(rows, describe(rows, before, np.full(len(rows), -1))).labels
    labels = np.where(before >= 0, before, near)
    return renumber(np.where(labels >= 0, labels, labels.max() + 1))


def _divide(space: Space, labels: Ints, cuts: Sequence[Ints], floors: Floors) -> Ints:
    """Return groups of which those alike are one, with the clear themes inside loose ones apart."""
    finer = [cut for cut in cuts if cut.max() > labels.max()]
    labels = merge_alike(space.rows, labels)
    for cut in finer:
        labels = _split_loose(space, labels, floors, cut)
    return labels


def _follow(space: Space, labels: Ints) -> Ints:
    """Move every text to where it fits best."""
    if len(space.rows) <= SMALL:
        return follow_centres(space.axes, labels)
    return follow_neighbours(space.graph, labels)


def granularities(n: int) -> list[int]:
    """Return how many groups `n` rows are tried as, from few to many."""
    most = min(n, max(2, round(2 * BUDGET * n**0.5)))
    return sorted(set(np.geomspace(1, most, GRANULARITIES).round().astype(int).tolist()))


def _best(space: Space, cuts: Sequence[Ints], floors: Floors, *, min_size: int) -> Ints:
    """Return the groups of the best granularity; of equal ones the finest."""
    most = BUDGET * len(space.rows) ** 0.5
    cuts = [cut for cut in cuts if cut.max() + 1 <= most]

    def settle(place: int) -> tuple[Ints, float]:
        labels = _follow(space, cuts[place])
        return labels, apart(space, labels, floors, min_size=min_size)

    every, tolerance = (1, TOLERANCE) if len(space.rows) <= SMALL else (STRIDE, 1.0)
    tried: dict[int, tuple[Ints, float]] = {}
    wanted = list(range(0, len(cuts), every))
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        while wanted:
            tried |= zip(wanted, pool.map(settle, wanted), strict=True)
            best = max(tried, key=lambda place: (tried[place][1], place))
            around = range(max(best - every + 1, 0), min(best + every, len(cuts)))
            wanted = [place for place in around if place not in tried]
    enough = tried[best][1] * tolerance
    chosen = max(place for place in tried if tried[place][1] >= enough) if enough > 0 else 0
    return tried[chosen][0]


def follow_centres(axes: Vectors, labels: Ints) -> Ints:
    """Move every text to the group with the nearest centre, as spherical k-means does."""
    for _ in range(ROUNDS):
        moved = np.asarray((axes @ find_centres(axes, labels).T).argmax(axis=1), dtype=np.int64)
        if np.array_equal(moved, labels):
            break
        labels = moved if np.bincount(moved, minlength=labels.max() + 1).all() else renumber(moved)
    return renumber(labels)


def follow_neighbours(graph: Any, labels: Ints) -> Ints:
    """Move every text to the group that gains most modularity by it (Newman 2004), all at once.

    It stays, or goes where it has a neighbour.
    """
    from scipy.sparse import csr_array, diags_array

    n = graph.shape[0]
    weight = np.asarray(graph.sum(axis=1)).ravel()
    share = SIZE_COUNTS * (labels.max() + 1) * weight / weight.sum()
    without_itself = graph + diags_array(share * weight)
    every = np.arange(n)
    for _ in range(MOVES):
        inside = csr_array((np.ones(n), (every, labels)), shape=(n, labels.max() + 1))
        ties = without_itself @ inside
        ties.data -= np.repeat(share, np.diff(ties.indptr)) * (inside.T @ weight)[ties.indices]
        moved = renumber(best_columns(ties))
        if np.array_equal(moved, labels):
            break
        labels = moved
    return labels


def _split_loose(space: Space, labels: Ints, floors: Floors, finer: Ints) -> Ints:
    """Look for clear themes inside groups that are none; the rest of such a group stays one.

    So many parts are tried that some look good by chance: a part must be clearer than a group.
    """
    loose = np.flatnonzero(~is_theme(measure(space.rows, labels), labels, floors))
    if not len(loose):
        return labels
    strict = replace(floors, contrast=HIDDEN_CONTRAST)
    labels = labels.copy()
    for group in loose:
        rows = np.flatnonzero(labels == group)
        if len(rows) < 3:
            continue
        parts = renumber(finer[rows])
        tried = labels.copy()
        tried[rows] = labels.max() + 1 + parts
        tried = renumber(tried)
        clear = is_theme(measure(space.rows, tried), tried, strict)[tried[rows]]
        labels[rows[clear]] = labels.max() + 1 + parts[clear]
    return renumber(labels)


def apart(space: Space, labels: Ints, floors: Floors, *, min_size: int) -> float:
    """Return how well groups stand apart: the silhouette by centres, too small groups count as 0.

    A text in a group too loose for a theme counts by `LOOSE_COUNTS`: two heaps of everything may
    stand well apart. In a larger corpus it is the mean over the main axes and the points that the
    tree was grown from: the first alone is low for too fine groups, the second for too coarse ones.
    """
    sizes = np.bincount(labels)
    kept = renumber(np.where(sizes[labels] >= min_size, labels, -1))
    if not 1 <= kept.max(initial=-1) <= BUDGET * len(labels) ** 0.5:
        return -1.0
    contrast = measure(space.axes, kept).contrast()
    if len(labels) > SMALL:
        contrast = (contrast + measure(space.points, kept).contrast()) / 2
    sums, sizes = group_sums(space.rows, kept), np.bincount(kept[kept >= 0])
    share = np.where(cohesion(sums, sizes) >= floors.cohesion, 1.0, LOOSE_COUNTS)
    return float(np.where(kept >= 0, contrast * share[kept], 0.0).mean())


def merge_alike(vectors: Vectors, labels: Ints) -> Ints:
    """Join, nearest first, groups whose texts are as alike across as within."""
    sums, sizes = group_sums(vectors, labels), np.bincount(labels)
    home = np.arange(len(sizes))
    while True:
        across = sums @ sums.T / np.maximum(np.outer(sizes, sizes), 1)
        within = cohesion(sums, sizes)
        ratio = across / np.maximum(np.add.outer(within, within) / 2, 1e-9)
        ratio[np.tril_indices(len(ratio))] = -np.inf
        ratio[sizes < 2, :] = ratio[:, sizes < 2] = -np.inf
        first, second = np.unravel_index(int(ratio.argmax()), ratio.shape)
        if ratio[first, second] < MERGE_RATIO:
            return renumber(home[labels])
        home[home == second] = first
        sums[first], sizes[first] = sums[first] + sums[second], sizes[first] + sizes[second]
        sums[second] = sizes[second] = 0


def _pair(vectors: Vectors) -> Ints:
    # Two texts have no graph to speak of: together when they are more alike than not.
    return np.asarray([0, 0 if float(vectors[0] @ vectors[1]) >= 0.5 else 1], dtype=np.int64)
