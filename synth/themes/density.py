"""The path for large corpora: UMAP on exact neighbours, then HDBSCAN."""

from __future__ import annotations

import warnings

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.neighbours import Ints, nearest

NEIGHBOURS = 15
DIMENSIONS = 5
MIN_SAMPLES = 3


def find_groups(vectors: Vectors, *, seed: int, min_size: int) -> Ints:
    """Return a group for every dense row, numbered from 0, and -1 for the others.

    The seed pins UMAP to one thread: parallel runs would differ.
    """
    with warnings.catch_warnings():
        # Both warn: when imported (no Tensorflow), and about choices made here on purpose.
        warnings.simplefilter("ignore")
        import hdbscan
        import umap

        flat = umap.UMAP(
            n_neighbors=NEIGHBOURS,
            n_components=DIMENSIONS,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            n_jobs=1,
            precomputed_knn=_with_itself(vectors),
        ).fit_transform(vectors)
        found = hdbscan.HDBSCAN(
            min_cluster_size=min_size, min_samples=MIN_SAMPLES, core_dist_n_jobs=1
        ).fit_predict(flat.astype(np.float64))
    return np.asarray(found, dtype=np.int64)


def _with_itself(vectors: Vectors) -> tuple[Ints, Vectors]:
    """Return neighbours as UMAP counts them: the row itself first, distances as 1 - cosine."""
    indices, cosines = nearest(vectors, NEIGHBOURS - 1)
    rows = np.arange(len(vectors), dtype=np.int64)[:, None]
    distances = np.hstack([np.zeros((len(vectors), 1)), np.maximum(1 - cosines, 0.0)])
    return np.hstack([rows, indices]), distances.astype(np.float32)
