"""Texts and vectors for sizes no public set has: planted groups, wide and narrow, and noise."""

from __future__ import annotations

import numpy as np

from evals.worlds.bank import bank
from synth.backends.embedder import Vectors

DIMENSIONS = 384
GROUPS = 200
NOISE = 0.05
#: Rows made at once, so that making a million costs little more than holding them.
BLOCK = 50_000
#: Length of the random part beside a centre of length one: the mean cosine of two texts of a group
#: is then 1 / (1 + spread^2), 0.35 to 0.6 as in BANKING77's intents.
SPREAD = (0.8, 1.35)


def made_vectors(n: int, *, seed: int) -> Vectors:
    """Return unit rows of shape (n, 384) around 200 centres of unequal size, 5 % around none."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(GROUPS, DIMENSIONS)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    spreads = random.uniform(*SPREAD, size=GROUPS).astype(np.float32)
    shares = random.dirichlet(np.full(GROUPS, 2.0))
    rows = np.empty((n, DIMENSIONS), dtype=np.float32)
    for start in range(0, n, BLOCK):
        block = rows[start : start + BLOCK]
        groups = random.choice(GROUPS, size=len(block), p=shares)
        beside = random.standard_normal(size=block.shape, dtype=np.float32) / DIMENSIONS**0.5
        near = (random.random(len(block)) >= NOISE)[:, None]
        block[:] = centres[groups] * near + beside * spreads[groups][:, None]
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def made_texts(n: int, *, seed: int) -> list[str]:
    """Return `n` different passages of two or three wordings of our own bank."""
    random = np.random.default_rng(seed)
    wordings = [(theme.key, text) for theme in bank() for text in theme.wordings]
    texts: dict[str, None] = {}
    while len(texts) < n:
        picks = random.integers(len(wordings), size=int(random.integers(2, 4)))
        texts[" ".join(wordings[pick][1] for pick in picks)] = None
    return list(texts)
