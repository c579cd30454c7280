"""The texts and vectors benchmarks run on: public sets where given, else our own wordings."""

from __future__ import annotations

from pathlib import Path

from evals.benchmarks.made import made_texts, made_vectors
from evals.benchmarks.processes import Material
from evals.datasets import banking77, serdif_codes
from evals.datasets.folder import SetAbsent
from evals.vectors import embed

#: Texts of BANKING77's train split.
MANY = 10_003


def many(data: Path | None, *, seed: int, n: int = MANY) -> tuple[Material, str]:
    """Return `n` texts with vectors (BANKING77 train, or made), and where they are from."""
    try:
        given = banking77.load(data, split="train")
    except SetAbsent:
        texts = made_texts(n, seed=seed)
        return Material(texts=texts, vectors=made_vectors(n, seed=seed)), "made texts and vectors"
    chosen = given.texts[:n]
    return (
        Material(texts=chosen, vectors=embed(chosen), labels=given.labels[:n]),
        "BANKING77 train",
    )


def few(data: Path | None, n: int, *, seed: int) -> tuple[Material, str]:
    """Return `n` texts with vectors (coded passages of interviews, or made)."""
    texts, source = passages(data, n, seed=seed)
    return Material(texts=texts, vectors=embed(texts)), source


def passages(data: Path | None, n: int, *, seed: int) -> tuple[list[str], str]:
    """Return `n` different real passages, half from interviews and half messages, or made ones."""
    try:
        spoken = dict.fromkeys(serdif_codes.load(data).texts)
        written = dict.fromkeys(banking77.load(data).texts)
    except SetAbsent:
        return made_texts(n, seed=seed), "made texts"
    half = min(n // 2, len(spoken))
    texts = [*list(spoken)[:half], *list(written)[: n - half]]
    if len(texts) < n:
        return made_texts(n, seed=seed), "made texts"
    return texts, "SERDIF passages and BANKING77 test"
