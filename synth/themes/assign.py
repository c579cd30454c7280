"""Puts texts into themes that are there already; no theme changes by it."""

from __future__ import annotations

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.neighbours import Floats, Ints


def assign(vectors: Vectors, centres: Floats | Vectors, *, floor: float) -> tuple[Ints, Floats]:
    """Return for each unit row its nearest centre (rows of shape (k, d)) and the cosine to it.

    Below `floor` the row belongs nowhere: -1, with strength 0.
    """
    if not len(centres):
        return np.full(len(vectors), -1, dtype=np.int64), np.zeros(len(vectors))
    cosines = vectors @ centres.T.astype(np.float64)
    nearest = cosines.argmax(axis=1)
    strengths = np.take_along_axis(cosines, nearest[:, None], axis=1)[:, 0]
    near = strengths >= floor
    return np.where(near, nearest, -1), np.where(near, np.clip(strengths, 0.0, 1.0), 0.0)
