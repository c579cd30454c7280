"""Vectors to themes: the pure core, the same for two texts and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes import density, small
from synth.themes.assign import assign
from synth.themes.centres import Floors, find_floors, group_sums, is_theme, measure, unit
from synth.themes.neighbours import Floats, Ints

#: Up to so many different texts the deterministic path is as good and far quicker.
SMALL_LIMIT = 5000

#: Fewer texts than this are no theme, whatever the corpus.
MIN_THEME = 3

#: A text joins a theme when it is nearer to the centre than this share of the theme's texts.
STRAY_QUANTILE = 0.10


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Which theme each row is in; aligned with the rows given."""

    labels: Ints  #: 0 is the largest theme; -1: in none
    strengths: Floats  #: cosine to the theme's centre, 0 to 1; 0 where in none
    method: str  #: "small" or "density"
    #: sub-theme of each row, nested in `labels`; -1: in none. Empty: nothing was looked for.
    fine: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    #: broad group of each theme number. Empty: nothing was looked for.
    broad: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def find_themes(vectors: Vectors, *, keys: Sequence[str], seed: int) -> Labels:
    """Return the themes of unit rows of shape (n, d).

    `keys` name the rows; they alone decide the order rows are worked in, so that the same texts
    give the same themes however they are ordered. Equal rows always share a label.
    """
    n = len(vectors)
    if len(keys) != n or len(set(keys)) != n:
        raise ValueError(f"need one distinct key per row, found {len(set(keys))} for {n} rows")
    if n < MIN_THEME:
        return Labels(labels=np.full(n, -1), strengths=np.zeros(n), method="small")
    order = np.asarray(sorted(range(n), key=lambda row: keys[row]))
    rows, belongs, weights = _distinct(vectors[order])
    method = "small" if len(rows) <= SMALL_LIMIT else "density"
    labels, strengths = _group(rows, weights, seed=seed, method=method)
    result, values = np.empty(n, dtype=np.int64), np.empty(n)
    result[order], values[order] = labels[belongs], strengths[belongs]
    return Labels(labels=result, strengths=values, method=method)


def smallest_theme(n: int, method: str) -> int:
    """Return how many texts make a theme in a corpus of `n`."""
    if method == "small":
        return max(MIN_THEME, min(5, n // 75))
    return max(10, min(60, n // 200))


def _distinct(vectors: Vectors) -> tuple[Vectors, Ints, Floats]:
    """Return the different rows in order of first sight, each row's place there, and counts."""
    seen: dict[bytes, int] = {}
    belongs = np.asarray([seen.setdefault(row.tobytes(), len(seen)) for row in vectors])
    first = np.unique(belongs, return_index=True)[1]
    return vectors[first], belongs, np.bincount(belongs).astype(np.float64)


def _group(rows: Vectors, counts: Floats, *, seed: int, method: str) -> tuple[Ints, Floats]:
    """Return the theme of each different text; how often it was said only makes a theme larger."""
    min_size = smallest_theme(len(rows), method)
    each = np.ones(len(rows))
    floors = find_floors(rows, each)
    if method == "small":
        labels = small.find_groups(rows, each, floors=floors, seed=seed, min_size=min_size)
    else:
        labels = density.find_groups(rows, seed=seed, min_size=min_size)
    labels = leave_out_far(rows, each, labels, floors)
    labels = keep_themes(rows, counts, labels, floors, min_size=min_size)
    labels = take_in_strays(rows, each, labels, floors)
    labels = keep_themes(rows, counts, labels, floors, min_size=min_size)
    labels = add_repeated(counts, labels, min_size=min_size)
    return labels, _strengths(rows, each, labels)


def leave_out_far(rows: Vectors, weights: Floats, labels: Ints, floors: Floors) -> Ints:
    """Return labels without texts far from their centre, so that they do not spoil its judgement.

    A text repeated often enough to be alone in its group stays.
    """
    own = measure(rows, weights, labels).own
    return small.renumber(np.where(own >= floors.member, labels, -1))


def keep_themes(
    rows: Vectors, counts: Floats, labels: Ints, floors: Floors, *, min_size: int
) -> Ints:
    """Return labels without groups too loose, too small or too like another; largest first."""
    k = labels.max(initial=-1) + 1
    if k == 0:
        return labels
    clear = is_theme(measure(rows, np.ones(len(rows)), labels), labels, floors)
    sizes = np.bincount(labels[labels >= 0], counts[labels >= 0], minlength=k)
    kept = clear & (sizes >= min_size)
    return _by_size(np.where((labels >= 0) & kept[labels], labels, -1), counts)


def _by_size(labels: Ints, weights: Floats) -> Ints:
    """Return labels renumbered from the largest group; equal ones by their first row."""
    groups = [group for group in np.unique(labels) if group >= 0]
    members = {group: np.flatnonzero(labels == group) for group in groups}
    groups.sort(key=lambda group: (-weights[members[group]].sum(), members[group][0]))
    ordered = np.full(len(labels), -1, dtype=np.int64)
    for position, group in enumerate(groups):
        ordered[members[group]] = position
    return ordered


def add_repeated(weights: Floats, labels: Ints, *, min_size: int) -> Ints:
    """Return labels with a theme for each text in none that was said often enough by itself."""
    left = np.flatnonzero((labels < 0) & (weights >= min_size))
    repeated = labels.copy()
    repeated[left] = labels.max(initial=-1) + 1 + np.arange(len(left))
    return _by_size(repeated, weights)


def take_in_strays(rows: Vectors, weights: Floats, labels: Ints, floors: Floors) -> Ints:
    """Return labels with near texts put into their nearest theme, and far ones taken out.

    Near means: no farther from the centre than nearly all of the theme's own texts are.
    """
    k = labels.max(initial=-1) + 1
    if k == 0:
        return labels
    near = measure(rows, weights, labels)
    usual = [np.quantile(near.own[labels == group], STRAY_QUANTILE) for group in range(k)]
    centres = unit(group_sums(rows, weights, labels))
    nearest, cosines = assign(rows, centres, floor=floors.member)
    taken = np.where(cosines >= np.asarray([*usual, np.inf])[nearest], nearest, -1)
    kept = np.where(near.own >= floors.member, labels, -1)
    return np.where(labels < 0, taken, kept)


def _strengths(rows: Vectors, weights: Floats, labels: Ints) -> Floats:
    if labels.max(initial=-1) < 0:
        return np.zeros(len(rows))
    centres = unit(group_sums(rows, weights, labels))
    cosines = np.einsum("ij,ij->i", rows, centres[labels])
    return np.where(labels >= 0, np.clip(cosines, 0.0, 1.0), 0.0)
