"""Vectors to themes: the pure core, the same for two texts and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes import density, graph, levels
from synth.themes.assign import describe, place
from synth.themes.centres import find_floors, renumber
from synth.themes.neighbours import Floats, Ints
from synth.themes.space import survey
from synth.themes.tidying import strengths, tidy

#: Up to so many different texts all are grouped; of more a sample, into which the rest is put.
FIT_LIMIT = 20_000

#: Fewer texts than this are no theme, whatever the corpus.
MIN_THEME = 3

#: How groups are found: a tree over the neighbour graph, or UMAP and HDBSCAN.
Method = Literal["graph", "density"]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Which theme each row is in; aligned with the rows given."""

    labels: Ints  #: 0 is the largest theme; -1: in none
    strengths: Floats  #: cosine to the theme's centre, 0 to 1; 0 where in none
    method: Method
    #: sub-theme of each row, nested in `labels`; -1: in none. Empty: nothing was looked for.
    fine: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    #: broad group of each theme number. Empty: nothing was looked for.
    broad: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def find_themes(
    vectors: Vectors,
    *,
    keys: Sequence[str],
    seed: int,
    method: Method = "graph",
    before: Ints | None = None,
) -> Labels:
    """Return the themes of unit rows of shape (n, d), at three levels.

    `before` is the theme of each row in the run before, -1 in none or new; the graph goes on from
    there unless other themes are clearly better.

    `keys` name the rows; they alone decide the order rows are worked in, so that the same texts
    give the same themes however they are ordered. Equal rows always share a label. Only
    `density` draws at random, from `seed`.
    """
    n = len(vectors)
    if len(keys) != n or len(set(keys)) != n:
        raise ValueError(f"need one distinct key per row, found {len(set(keys))} for {n} rows")
    if n < MIN_THEME:
        return Labels(labels=np.full(n, -1), strengths=np.zeros(n), method=method)
    order = np.asarray(sorted(range(n), key=lambda row: keys[row]))
    rows, belongs, counts = _distinct(vectors[order])
    fitted = _sample(len(rows))
    if before is not None:
        earlier = np.full(len(rows), -1)
        np.maximum.at(earlier, belongs, before[order])
        before = renumber(earlier[fitted])
    found = _fit(rows[fitted], counts[fitted], seed=seed, method=method, before=before)
    if len(fitted) < len(rows):
        found = _assign_rest(rows, fitted, found)
    placed = np.empty(n, dtype=np.int64)
    placed[order] = belongs
    return replace(
        found,
        labels=found.labels[placed],
        strengths=found.strengths[placed],
        fine=found.fine[placed],
    )


def as_before(
    vectors: Vectors, *, keys: Sequence[str], themes: Ints, fine: Ints, broad: Ints
) -> Labels:
    """Return the themes there were for the same rows: `themes` and `fine` by row, -1 in none."""
    order = np.asarray(sorted(range(len(keys)), key=lambda row: keys[row]))
    rows, belongs, _ = _distinct(vectors[order])
    labels = np.full(len(rows), -1, dtype=np.int64)
    labels[belongs] = themes[order]
    values = np.zeros(len(keys))
    values[order] = strengths(rows, labels)[belongs]
    return Labels(labels=themes, strengths=values, method="graph", fine=fine, broad=broad)


def smallest_theme(n: int) -> int:
    """Return how many different texts make a theme in a corpus of `n`."""
    return max(MIN_THEME, min(5, n // 75), min(60, n // 1000))


def _distinct(vectors: Vectors) -> tuple[Vectors, Ints, Floats]:
    """Return the different rows in order of first sight, each row's place there, and counts."""
    seen: dict[bytes, int] = {}
    belongs = np.asarray([seen.setdefault(row.tobytes(), len(seen)) for row in vectors])
    first = np.unique(belongs, return_index=True)[1]
    return vectors[first], belongs, np.bincount(belongs).astype(np.float64)


def _sample(n: int) -> Ints:
    """Return the rows that themes are found in: all, or so many evenly spread over the order."""
    return np.unique(np.linspace(0, n - 1, min(n, FIT_LIMIT)).astype(np.int64))


def _fit(
    rows: Vectors, counts: Floats, *, seed: int, method: Method, before: Ints | None
) -> Labels:
    """Return the themes of different texts."""
    min_size = smallest_theme(len(rows))
    floors = find_floors(rows)
    space = survey(rows)
    if method == "graph":
        groups = graph.find_groups(space, floors=floors, min_size=min_size, before=before)
    else:
        groups = density.find_groups(rows, seed=seed, min_size=min_size)
    labels = tidy(rows, counts, groups, floors, min_size=min_size)
    return Labels(
        labels=labels,
        strengths=strengths(rows, labels),
        method=method,
        fine=levels.find_parts(space, labels, min_size=min_size),
        broad=levels.find_groups_above(space, labels),
    )


def _assign_rest(rows: Vectors, fitted: Ints, found: Labels) -> Labels:
    """Return labels of all rows: those that were not fitted join the nearest theme, if near."""
    labels = np.full(len(rows), -1, dtype=np.int64)
    values, fine = np.zeros(len(rows)), labels.copy()
    labels[fitted], values[fitted], fine[fitted] = found.labels, found.strengths, found.fine
    rest = np.setdiff1d(np.arange(len(rows)), fitted, assume_unique=True)
    placed = place(rows[rest], describe(rows[fitted], found.labels, found.fine))
    labels[rest], values[rest], fine[rest] = placed.labels, placed.strengths, placed.fine
    return replace(found, labels=labels, strengths=values, fine=fine)
