"""Levels around themes: sub-themes inside them, broad groups above them."""

from __future__ import annotations

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import find_centres, measure, renumber
from synth.themes.graph import follow_centres
from synth.themes.neighbours import Ints
from synth.themes.space import Space
from synth.themes.tree import Tree

#: Most sub-themes of a theme.
MOST_PARTS = 8

#: A theme whose parts stand less apart than this stays whole.
MIN_CONTRAST = 0.12

#: Fewer themes than this need no groups above them.
MIN_THEMES = 6

#: More broad groups than this are no overview.
MOST_GROUPS = 12


def find_parts(space: Space, labels: Ints, *, min_size: int) -> Ints:
    """Return the sub-theme of each row, numbered over all themes; -1 where its theme is whole."""
    fine = np.full(len(labels), -1, dtype=np.int64)
    if len(labels) < 2 * min_size:
        return fine
    for theme, tree in enumerate(space.tree.within(labels)):
        rows = np.flatnonzero(labels == theme)
        parts = _parts(space.axes[rows], tree, min_size=min_size)
        if parts is not None:
            fine[rows] = fine.max(initial=-1) + 1 + parts
    return fine


def _parts(axes: Vectors, tree: Tree, *, min_size: int) -> Ints | None:
    best, found = MIN_CONTRAST, None
    for count in range(2, min(MOST_PARTS, len(axes) // min_size) + 1):
        parts = _large_enough(axes, follow_centres(axes, tree.cut(count)), min_size)
        if parts.max() == 0:
            continue
        contrast = measure(axes, parts).contrast()
        value = float(contrast.mean())
        if value > best:
            best, found = value, parts
    return found


def _large_enough(axes: Vectors, parts: Ints, min_size: int) -> Ints:
    """Return parts numbered from 0; rows of too small ones go to the nearest that is not."""
    sizes = np.bincount(parts)
    large = np.flatnonzero(sizes >= min_size)
    if len(large) < 2:
        return np.zeros(len(parts), dtype=np.int64)
    centres = find_centres(axes, parts)[large]
    number = np.full(len(sizes), -1)
    number[large] = np.arange(len(large))
    nearest = (axes @ centres.T).argmax(axis=1)
    return np.where(number[parts] >= 0, number[parts], nearest)


def find_groups_above(space: Space, labels: Ints) -> Ints:
    """Return the broad group of each theme; empty where there are too few themes for it.

    Centres are joined by average linkage; how far is told by the contrast of the texts.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    count = int(labels.max(initial=-1)) + 1
    if count < MIN_THEMES:
        return np.empty(0, dtype=np.int64)
    tree = linkage(find_centres(space.axes, labels), "average")
    best, found = -np.inf, np.empty(0, dtype=np.int64)
    for number in range(2, min(MOST_GROUPS, count // 2) + 1):
        groups = renumber(fcluster(tree, number, "maxclust").astype(np.int64))
        placed = np.where(labels >= 0, groups[labels], -1)
        contrast = measure(space.axes, placed).contrast()
        value = float(contrast[labels >= 0].mean())
        if value > best:
            best, found = value, groups
    return found
