"""How near texts are to the centre of their own group and of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.backends.embedder import Vectors
from synth.themes.neighbours import Floats, Ints

#: A group whose typical text is nearly as near to another group is no theme. The true groups of
#: differently worded texts have 0.11 to 0.43 (12 planted themes): 0.22 threw half of them away.
MIN_CONTRAST = 0.10

#: Texts this near each other are wordings of one thing in any corpus: forwarded tickets, forms.
NEAR_DUPLICATE = 0.80


#: Up to so many rows a dense product is quicker than a sparse one.
FEW = 500


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """Cosines of every row; groups are the labels 0 to k - 1, of which none is empty."""

    own: Floats  #: to the centre of the rest of its group; -1 where there is no rest or no group
    other: Floats  #: to the nearest centre of another group; -1 where there is none
    cohesion: Floats  #: of each group: mean cosine between two different members; shape (k,)

    def contrast(self) -> Floats:
        """Return per row how much nearer its own group is than the next one, at most 1."""
        widest = np.maximum(np.maximum(1 - self.own, 1 - self.other), 1e-9)
        return np.asarray((self.own - self.other) / widest)


@dataclass(frozen=True, kw_only=True)
class Floors:
    """What counts as near in this corpus: relative to how alike any two of its texts are."""

    cohesion: float  #: a group below it is no theme
    member: float  #: a text below it is not near a centre
    contrast: float = MIN_CONTRAST  #: a group below it does not stand apart from the next one


def measure(vectors: Vectors, labels: Ints) -> Nearness:
    """Return how near each row is."""
    sums = group_sums(vectors, labels)
    cosines = vectors @ unit(sums).T.astype(vectors.dtype)
    inside = np.flatnonzero(labels >= 0)
    along, own = cosines[inside, labels[inside]].astype(np.float64), np.full(len(vectors), -1.0)
    own[inside] = _to_the_rest(vectors[inside], labels[inside], sums, along)
    cosines[inside, labels[inside]] = -1.0
    other = cosines.max(axis=1, initial=-1.0).astype(np.float64)
    return Nearness(own=own, other=other, cohesion=cohesion(sums, _sizes(labels)))


def is_theme(near: Nearness, labels: Ints, floors: Floors) -> NDArray[np.bool_]:
    """Return which groups hold together and stand apart from the next one; shape (k,)."""
    contrast = near.contrast()
    apart = [
        float(np.median(contrast[labels == group])) >= floors.contrast
        for group in range(len(near.cohesion))
    ]
    held = near.cohesion >= floors.cohesion
    return np.asarray(held & np.asarray(apart, dtype=bool))


def find_centres(vectors: Vectors, labels: Ints) -> Vectors:
    """Return the unit centre of each group, as precise as the vectors; shape (k, d)."""
    return unit(group_sums(vectors, labels)).astype(vectors.dtype)


def group_sums(vectors: Vectors, labels: Ints) -> Floats:
    """Return the sum of each group's rows; shape (k, d)."""
    from scipy.sparse import csr_array

    sizes = _sizes(labels)
    if len(labels) <= FEW:
        return np.asarray((labels == np.arange(len(sizes))[:, None]) @ vectors.astype(np.float64))
    members = np.argsort(labels, kind="stable")[len(labels) - sizes.sum() :]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    belongs = csr_array((np.ones(len(members)), members, ends), shape=(len(sizes), len(labels)))
    return np.asarray(belongs @ vectors, dtype=np.float64)


def renumber(labels: Ints) -> Ints:
    """Return labels 0 to k - 1 in order of first row; -1 stays."""
    values, first, place = np.unique(labels, return_index=True, return_inverse=True)
    first[values < 0] = -1
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[place] - np.count_nonzero(values < 0), dtype=np.int64)


def unit(rows: Floats) -> Floats:
    """Return rows scaled to length one; a zero row stays zero."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def find_floors(vectors: Vectors) -> Floors:
    """Return the floors of a corpus.

    The background is the mean cosine of two different texts. Where it is high, the corpus is about
    one thing, and being above it is enough. Above a background of 0.13 the loosest true groups
    (12 planted themes) lie at 0.23, the chatter of the sample study at 0.15 to 0.18.
    """
    zero = np.zeros(len(vectors), dtype=np.int64)
    background = float(cohesion(group_sums(vectors, zero), _sizes(zero))[0])
    background = max(background, 0.0)
    return Floors(
        cohesion=_floor(background, 0.07),
        member=_floor(background, 0.20),
    )


def _floor(background: float, step: float) -> float:
    # A hair below, so that equal texts (cosine one, background one) are near each other.
    floor = max(background, min(background + step * (1 - background), 0.35))
    return min(floor, NEAR_DUPLICATE) - 1e-6


def cohesion(sums: Floats, sizes: Ints) -> Floats:
    """Return the mean cosine of two different rows of each group, from the sum of its unit rows."""
    squares = np.einsum("ij,ij->i", sums, sums)
    pairs = sizes * (sizes - 1)
    return np.where(pairs > 0, (squares - sizes) / np.maximum(pairs, 1), 0.0)


def _to_the_rest(vectors: Vectors, labels: Ints, sums: Floats, along: Floats) -> Floats:
    """Return the cosine of each row to its group's sum without it; `along` is that to the sum."""
    length = np.linalg.norm(sums, axis=1)[labels]
    square = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
    rest = np.sqrt(np.maximum(length**2 - 2 * along * length + square, 1e-12))
    cosine = np.clip((along * length - square) / rest, -1.0, 1.0)
    return np.where(_sizes(labels)[labels] > 1, cosine, -1.0)


def _sizes(labels: Ints) -> Ints:
    return np.bincount(labels[labels >= 0])
