"""Chroma: ids and vectors only, rebuildable at any time; local folder, server, or memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.errors import BackendError

#: Rows per call; Chroma's own limit depends on the SQLite it was built with.
BATCH = 1000


class VectorIndex:
    """One collection per workspace and model; cosine distance."""

    def __init__(self, *, url: str = "", folder: Path | None = None) -> None:
        """Use the server at `url`, else `folder`, else memory; connects at the first call."""
        self._url, self._folder = url, folder
        self._client: Any = None

    def upsert(self, workspace_id: str, model: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Store unit vectors under `ids`; a repeated id is overwritten."""
        collection = self._collection(workspace_id, model)
        for start in range(0, len(ids), BATCH):
            batch = slice(start, start + BATCH)
            collection.upsert(ids=list(ids[batch]), embeddings=vectors[batch])

    def query(
        self, workspace_id: str, model: str, vector: Vectors, limit: int
    ) -> list[tuple[str, float]]:
        """Return up to `limit` (id, cosine), nearest first, for one vector of shape (d,)."""
        collection = self._collection(workspace_id, model)
        count = collection.count()
        if count == 0:
            return []
        found = collection.query(
            query_embeddings=np.atleast_2d(vector),
            n_results=min(limit, count),
            include=["distances"],
        )
        return [
            (chunk_id, 1.0 - float(distance))
            for chunk_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def ids(self, workspace_id: str, model: str) -> set[str]:
        """Return every id stored."""
        return set(self._collection(workspace_id, model).get(include=[])["ids"])

    def delete(self, workspace_id: str, model: str, ids: Sequence[str]) -> None:
        """Remove `ids`; those not there are passed over."""
        collection = self._collection(workspace_id, model)
        for start in range(0, len(ids), BATCH):
            collection.delete(ids=list(ids[start : start + BATCH]))

    def drop(self, workspace_id: str, model: str) -> None:
        """Remove the whole collection."""
        name = self._name(workspace_id, model)
        if name in {collection.name for collection in self._connect().list_collections()}:
            self._connect().delete_collection(name)

    def _collection(self, workspace_id: str, model: str) -> Any:
        return self._connect().get_or_create_collection(
            self._name(workspace_id, model),
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )

    def _name(self, workspace_id: str, model: str) -> str:
        return f"w-{sha256_text(f'{workspace_id}/{model}')[:40]}"

    def _connect(self) -> Any:
        if self._client is None:
            import chromadb
            from chromadb.config import Settings as ChromaSettings

            quiet = ChromaSettings(anonymized_telemetry=False)
            try:
                if self._url:
                    parts = urlsplit(self._url)
                    self._client = chromadb.HttpClient(
                        host=parts.hostname or "",
                        port=parts.port or 8000,
                        ssl=parts.scheme == "https",
                        settings=quiet,
                    )
                elif self._folder:
                    self._client = chromadb.PersistentClient(str(self._folder), settings=quiet)
                else:
                    self._client = chromadb.EphemeralClient(settings=quiet)
            except ValueError as error:
                raise BackendError(
                    f"Chroma does not answer at {self._url or self._folder}; "
                    "start it, or unset SYNTH_CHROMA_URL"
                ) from error
        return self._client
