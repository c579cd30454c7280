"""The second embedder: any endpoint that speaks the OpenAI embeddings API."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from synth.backends.embedder import Vectors
from synth.errors import BackendError

#: Texts per request; small enough for every known server.
BATCH = 64
RETRIES = 3
TIMEOUT_SECONDS = 60.0

#: Without the model's tokenizer, tokens are estimated from above: no word piece is shorter.
CHARACTERS_PER_TOKEN = 3


class OpenAIEmbedder:
    """Sends texts to `base_url`; retries a bounded number of times, then raises BackendError."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str,
        max_tokens: int = 512,
        retries: int = RETRIES,
    ) -> None:
        """Connect at the first call; `api_key` may be empty for a local server."""
        self._base_url, self._model, self._api_key = base_url, model, api_key
        self._max_tokens, self._retries = max_tokens, retries
        self._lock = Lock()
        self._client: Any = None

    @property
    def model(self) -> str:
        """Return the name that vectors are cached under."""
        return self._model

    @property
    def max_tokens(self) -> int:
        """Return how many tokens of a text the model reads."""
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return an estimate from above: UTF-8 bytes over three, plus two."""
        return [len(text.encode()) // CHARACTERS_PER_TOKEN + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit-length float32 row per text; a repeated text is sent once."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        distinct = sorted(set(texts), key=lambda text: (len(text), text))
        rows: list[Sequence[float]] = []
        for start in range(0, len(distinct), BATCH):
            rows.extend(self._request(distinct[start : start + BATCH]))
        vectors = self._unit(rows)
        position = {text: index for index, text in enumerate(distinct)}
        return np.asarray(vectors[[position[text] for text in texts]], dtype=np.float32)

    def _request(self, texts: list[str]) -> list[Sequence[float]]:
        import openai

        try:
            answer = self._connect().embeddings.create(
                model=self._model, input=texts, encoding_format="float"
            )
        except (openai.OpenAIError, ValueError) as error:
            raise BackendError(
                f"the embeddings endpoint {self._base_url} failed ({type(error).__name__}); "
                "check SYNTH_EMBEDDING_BASE_URL, SYNTH_EMBEDDING_MODEL and its key, then try again"
            ) from error
        rows = sorted(answer.data or (), key=lambda row: row.index)
        if [row.index for row in rows] != list(range(len(texts))):
            raise BackendError(
                f"the embeddings endpoint {self._base_url} answered {len(rows)} vectors "
                f"for {len(texts)} texts; check that it is an embeddings model"
            )
        return [row.embedding for row in rows]

    def _unit(self, rows: list[Sequence[float]]) -> Vectors:
        lengths = {len(row) for row in rows}
        vectors = np.asarray(rows, dtype=np.float64) if len(lengths) == 1 else np.zeros((0, 0))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not vectors.size or not np.isfinite(vectors).all() or not (norms > 0).all():
            raise BackendError(
                f"the embeddings endpoint {self._base_url} answered vectors that are "
                "empty, uneven, zero or not numbers; check that it is an embeddings model"
            )
        return np.asarray(vectors / norms, dtype=np.float32)

    def close(self) -> None:
        """Let go of the connections; the next call opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                import openai

                self._client = openai.OpenAI(
                    base_url=self._base_url,
                    api_key=self._api_key or "none",
                    max_retries=self._retries,
                    timeout=TIMEOUT_SECONDS,
                )
            return self._client
