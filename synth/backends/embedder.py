"""Port: texts to unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors; loads its model at the first call, not before."""

    @property
    def model(self) -> str:
        """Return the name that vectors are cached under; another model, another name."""
        ...

    @property
    def max_tokens(self) -> int:
        """Return how many tokens of a text the model reads."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return for each text how many tokens the model would read, special ones included."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row per text; raises BackendError."""
        ...
