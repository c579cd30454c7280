"""The topic models people use today, each through its public API, with the vectors given."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TypeAlias

import numpy as np

from evals.scorers.clustering import Ints
from synth.backends.embedder import Vectors

Peer: TypeAlias = Callable[[Sequence[str], Vectors, int], Ints]


class PeerMissing(Exception):
    """A peer is not installed; its text is the reason a skipped comparison carries."""


def bertopic(texts: Sequence[str], vectors: Vectors, seed: int) -> Ints:
    """Return the topics of BERTopic with its defaults, which take no seed; -1: an outlier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic

        topics, _ = BERTopic().fit_transform(list(texts), embeddings=vectors)
    return np.asarray(topics, dtype=np.int64)


def evoc(texts: Sequence[str], vectors: Vectors, seed: int) -> Ints:
    """Return the clusters of EVoC with its defaults and a seed; -1: noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from evoc import EVoC

        found = EVoC(random_state=seed).fit_predict(vectors)
    return np.asarray(found, dtype=np.int64)


PEERS: Mapping[str, Peer] = {"bertopic": bertopic, "evoc": evoc}


def peer_version(name: str) -> str:
    """Return the installed version of a peer.

    Raises:
        PeerMissing: it is not installed.
    """
    try:
        return version(name)
    except PackageNotFoundError as absent:
        raise PeerMissing(f"peer missing: {name}; pip install 'synth[bench]'") from absent


def group_by_peer(name: str, texts: Sequence[str], vectors: Vectors, *, seed: int) -> Ints:
    """Return the groups a peer finds.

    Raises:
        PeerMissing: it is not installed.
    """
    peer_version(name)
    return PEERS[name](texts, vectors, seed)


def reassign(vectors: Vectors, labels: Ints) -> Ints:
    """Return labels with everything in no group put into the group of the nearest mean vector.

    The one rule for every method compared; without any group the labels stay.
    """
    outside = np.flatnonzero(labels < 0)
    groups = np.unique(labels[labels >= 0])
    if not len(outside) or not len(groups):
        return labels
    means = np.stack([vectors[labels == group].mean(axis=0) for group in groups])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    filled = labels.copy()
    filled[outside] = groups[(vectors[outside] @ means.T).argmax(axis=1)]
    return filled
