"""From groups to themes: far texts out, loose groups out, near texts in."""

from __future__ import annotations

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.assign import describe, place
from synth.themes.centres import (
    Floors,
    find_centres,
    is_theme,
    measure,
    renumber,
)
from synth.themes.neighbours import Floats, Ints


def tidy(rows: Vectors, counts: Floats, labels: Ints, floors: Floors, *, min_size: int) -> Ints:
    """Return the themes among groups of different texts, numbered from the largest; -1: in none.

    `counts` says how often each text was said; it only makes a theme larger.
    """
    labels = leave_out_far(rows, labels, floors)
    labels = keep_themes(rows, counts, labels, floors, min_size=min_size)
    labels = _by_size(take_in_strays(rows, labels), counts)
    return add_repeated(counts, labels, min_size=min_size)


def leave_out_far(rows: Vectors, labels: Ints, floors: Floors) -> Ints:
    """Return labels without texts far from their centre, so that they do not spoil its judgement.

    A text repeated often enough to be alone in its group stays.
    """
    own = measure(rows, labels).own
    return renumber(np.where(own >= floors.member, labels, -1))


def keep_themes(
    rows: Vectors, counts: Floats, labels: Ints, floors: Floors, *, min_size: int
) -> Ints:
    """Return labels without groups too loose, too small or too like another; largest first."""
    k = labels.max(initial=-1) + 1
    if k == 0:
        return labels
    clear = is_theme(measure(rows, labels), labels, floors)
    sizes = np.bincount(labels[labels >= 0], counts[labels >= 0], minlength=k)
    kept = clear & (sizes >= min_size)
    return _by_size(np.where((labels >= 0) & kept[labels], labels, -1), counts)


def _by_size(labels: Ints, counts: Floats) -> Ints:
    """Return labels renumbered from the largest group; equal ones by their first row."""
    groups = [group for group in np.unique(labels) if group >= 0]
    members = {group: np.flatnonzero(labels == group) for group in groups}
    groups.sort(key=lambda group: (-counts[members[group]].sum(), members[group][0]))
    ordered = np.full(len(labels), -1, dtype=np.int64)
    for position, group in enumerate(groups):
        ordered[members[group]] = position
    return ordered


def add_repeated(counts: Floats, labels: Ints, *, min_size: int) -> Ints:
    """Return labels with a theme for each text in none that was said often enough by itself."""
    left = np.flatnonzero((labels < 0) & (counts >= min_size))
    repeated = labels.copy()
    repeated[left] = labels.max(initial=-1) + 1 + np.arange(len(left))
    return _by_size(repeated, counts)


def take_in_strays(rows: Vectors, labels: Ints) -> Ints:
    """Return labels with texts that were in none where a new text like them would be put."""
    themes = describe(rows, labels, np.full(len(rows), -1))
    return np.where(labels < 0, place(rows, themes).labels, labels)


def strengths(rows: Vectors, labels: Ints) -> Floats:
    """Return the cosine of each text to its theme's centre; 0 where in none."""
    if labels.max(initial=-1) < 0:
        return np.zeros(len(rows))
    centres = find_centres(rows, labels)
    cosines = np.einsum("ij,ij->i", rows, centres[labels])
    return np.where(labels >= 0, np.clip(cosines, 0.0, 1.0), 0.0)
