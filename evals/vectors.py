"""Embed the texts of a set once; vectors are kept beside the runs, by a hash of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from evals.settings import EvalSettings
from synth.backends.embedder import Embedder, Vectors
from synth.core.fingerprints import sha256_text

FOLDER = "vectors"


@cache
def embedder() -> Embedder:
    """Return the product's default embedder, loaded once in a process."""
    from synth.backends.sentence_transformer import MiniLM

    return MiniLM()


def embed(texts: Sequence[str], *, folder: Path | None = None) -> Vectors:
    """Return one unit row per text, from the folder of kept vectors where it has them."""
    path = _path(texts, folder or EvalSettings().runs / FOLDER)
    if path.is_file():
        kept: Vectors = np.load(path)
        return kept
    rows = embedder().embed(texts)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half.npy")
    np.save(half, rows)
    half.replace(path)
    return rows


def _path(texts: Sequence[str], folder: Path) -> Path:
    each = "".join(sha256_text(text) for text in texts)
    return folder / f"{sha256_text(embedder().model + each)[:32]}.npy"
