"""Vectors to places on a map: near means similar words; distance and axes mean nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.neighbours import Floats, Ints

#: Fewer different texts than this are laid out along their two widest directions.
FEW = 8

#: So many different texts are laid out together; the others go next to their nearest ones.
MOST = 20_000
PLACED_BY = 5

#: Neighbours that a text is kept near to.
PERPLEXITY = 30.0


class Dot(NamedTuple):
    """A passage on the map: a tuple, as there are tens of thousands on one page."""

    chunk_id: str
    theme_id: str | None
    sub_theme_id: str | None
    x: float  #: 0 to 1
    y: float


def lay_out(vectors: Vectors, *, keys: Sequence[str], seed: int) -> Floats:
    """Return a place in the unit square for each unit row of shape (n, d); shape (n, 2).

    `keys` name the rows and decide the order they are worked in, so the same texts give the same
    map however they are ordered. Equal rows share a place.
    """
    n = len(vectors)
    if len(keys) != n or len(set(keys)) != n:
        raise ValueError(f"need one distinct key per row, found {len(set(keys))} for {n} rows")
    if n == 0:
        return np.zeros((0, 2))
    order = np.asarray(sorted(range(n), key=lambda row: keys[row]))
    rows, belongs = _distinct(vectors[order])
    places = np.empty((n, 2))
    places[order] = _fit(_place(rows, seed))[belongs]
    return places


def _distinct(vectors: Vectors) -> tuple[Vectors, Ints]:
    """Return the different rows in order of first sight, and each row's place among them."""
    seen: dict[bytes, int] = {}
    belongs = np.asarray([seen.setdefault(row.tobytes(), len(seen)) for row in vectors])
    return vectors[np.unique(belongs, return_index=True)[1]], belongs


def _place(rows: Vectors, seed: int) -> Floats:
    if len(rows) > MOST:
        # Every nth, not the first: rows come in the order of their keys.
        chosen = np.linspace(0, len(rows) - 1, MOST).astype(np.int64)
        return _beside(rows, rows[chosen], _unfold(rows[chosen], seed))
    return _unfold(rows, seed)


def _unfold(rows: Vectors, seed: int) -> Floats:
    """Return places of different rows; one thread, so that every run gives the same."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _widest(rows) if len(rows) < FEW else _tsne(rows, seed)


def _widest(rows: Vectors) -> Floats:
    from sklearn.decomposition import PCA

    if len(rows) == 1:
        return np.zeros((1, 2))
    wide = min(2, *rows.shape)
    found = PCA(wide, svd_solver="full").fit_transform(rows.astype(np.float64))
    return np.hstack([found, np.zeros((len(rows), 2 - wide))])


def _tsne(rows: Vectors, seed: int) -> Floats:
    """Return t-SNE (van der Maaten 2014); of 8,000 messages it keeps more neighbours than UMAP.

    500 steps keep as many as the usual 1,000, at every size measured.
    """
    from sklearn.manifold import TSNE

    found = TSNE(
        perplexity=min(PERPLEXITY, (len(rows) - 1) / 3),
        metric="cosine",
        init="pca",
        max_iter=500,
        random_state=seed,
        n_jobs=1,
    ).fit_transform(rows)
    return np.asarray(found, dtype=np.float64)


def _beside(rows: Vectors, chosen: Vectors, places: Floats) -> Floats:
    """Return for each row the mean place of the nearest chosen ones; a chosen row stays."""
    found = np.empty((len(rows), 2))
    for start in range(0, len(rows), 2048):
        cosines = rows[start : start + 2048] @ chosen.T
        near = np.argpartition(-cosines, PLACED_BY - 1, axis=1)[:, :PLACED_BY]
        weights = np.take_along_axis(cosines, near, axis=1).clip(1e-6) ** 8
        itself = np.take_along_axis(cosines, near, axis=1) > 1 - 1e-6
        weights = np.where(itself.any(axis=1, keepdims=True), itself, weights)
        found[start : start + 2048] = np.einsum("ij,ijk->ik", weights, places[near])
        found[start : start + 2048] /= weights.sum(axis=1, keepdims=True)
    return found


def _fit(places: Floats) -> Floats:
    """Return places scaled alike in both directions and centred in the unit square."""
    low, high = places.min(axis=0), places.max(axis=0)
    size = float((high - low).max()) or 1.0
    return np.asarray((places - (low + high) / 2) / size + 0.5)
