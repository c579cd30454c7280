"""Fast stand-ins for heavy backends, given to tests through `bootstrap`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth.backends.embedder import Vectors

WORD = re.compile(r"\w+|[^\w\s]", re.UNICODE)


class HashEmbedder:
    """Sums a fixed random direction per word: texts that share words are near each other."""

    model = "hash-64"
    max_tokens = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words and marks, plus two."""
        return [len(WORD.findall(text)) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of 64 numbers."""
        rows = [self._embed_one(text) for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), 64)

    def _embed_one(self, text: str) -> Vectors:
        total = np.full(64, 1e-6)
        for word in WORD.findall(text.casefold()):
            total += _direction(word)
        return (total / np.linalg.norm(total)).astype(np.float32)


@lru_cache(maxsize=2**16)
def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=64)
