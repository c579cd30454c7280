"""Chroma: ids and vectors only, rebuildable at any time; local folder, server, or memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.errors import BackendError

#: Rows per call; Chroma's own limit depends on the SQLite it was built with.
BATCH = 1000

#: How widely the graph is searched; at 200 the nearest 100 are found nearly always.
SEARCH_WIDTH = 200


class VectorIndex:
    """One collection per workspace and model; cosine distance; every failure a BackendError."""

    def __init__(self, *, url: str = "", folder: Path | None = None) -> None:
        """Use the server at `url`, else `folder`, else memory; connects at the first call."""
        self._url, self._folder = url, folder
        self._lock = Lock()
        self._client: Any = None

    def upsert(self, workspace_id: str, model: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Store unit vectors under `ids`; a repeated id is overwritten, the last one wins."""
        if not ids:
            return
        last = {chunk_id: position for position, chunk_id in enumerate(ids)}
        unique, rows = list(last), list(last.values())
        with self._collection(workspace_id, model) as collection:
            for start in range(0, len(unique), BATCH):
                batch = slice(start, start + BATCH)
                collection.upsert(ids=unique[batch], embeddings=vectors[rows[batch]])

    def query(
        self,
        workspace_id: str,
        model: str,
        vector: Vectors,
        limit: int,
        *,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Return up to `limit` (id, cosine), nearest first, for one vector of shape (d,).

        `among` keeps the answer to those ids; ids that are not stored are passed over.
        """
        if limit <= 0 or (among is not None and not among):
            return []
        with self._collection(workspace_id, model) as collection:
            # Chroma fails on an id it does not hold, and SQL may be ahead of it.
            kept = None if among is None else collection.get(ids=list(among), include=[])["ids"]
            count = collection.count() if kept is None else len(kept)
            if count == 0:
                return []
            found = collection.query(
                query_embeddings=np.atleast_2d(vector),
                n_results=min(limit, count),
                include=["distances"],
                **({"ids": kept} if kept is not None else {}),
            )
        return [
            (chunk_id, 1.0 - float(distance))
            for chunk_id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def ids(self, workspace_id: str, model: str) -> set[str]:
        """Return every id stored."""
        with self._collection(workspace_id, model) as collection:
            return set(collection.get(include=[])["ids"])

    def delete(self, workspace_id: str, model: str, ids: Sequence[str]) -> None:
        """Remove `ids`; those not there are passed over."""
        if not ids:
            return
        with self._collection(workspace_id, model) as collection:
            for start in range(0, len(ids), BATCH):
                collection.delete(ids=list(ids[start : start + BATCH]))

    def drop(self, workspace_id: str, model: str) -> None:
        """Remove the whole collection; one that is not there is passed over."""
        from chromadb.errors import NotFoundError

        with self._answering() as client:
            try:
                client.delete_collection(self._name(workspace_id, model))
            except NotFoundError:
                return

    def close(self) -> None:
        """Let go of connections and files; the next call opens them again."""
        with self._lock:
            if self._client is not None:
                # Chroma's own close leaves the connections of its HTTP sessions open.
                servers = (self._client._server, self._client._admin_client._server)
                self._client.close()
                for server in servers:
                    if self._url:
                        server._session.close()
            self._client = None

    @contextmanager
    def _collection(self, workspace_id: str, model: str) -> Iterator[Any]:
        with self._answering() as client:
            yield client.get_or_create_collection(
                self._name(workspace_id, model),
                configuration={"hnsw": {"space": "cosine", "ef_search": SEARCH_WIDTH}},
                embedding_function=None,
            )

    @contextmanager
    def _answering(self) -> Iterator[Any]:
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield self._connect()
        except BackendError:
            raise
        except (ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
            raise BackendError(
                f"Chroma does not answer at {self._url or self._folder or 'memory'} "
                f"({type(error).__name__}); start it, or run `synth reindex` if its data is damaged"
            ) from error

    def _name(self, workspace_id: str, model: str) -> str:
        return f"w-{sha256_text(f'{workspace_id}/{model}')[:40]}"

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> Any:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        quiet = ChromaSettings(anonymized_telemetry=False)
        if self._url:
            parts = urlsplit(self._url)
            return chromadb.HttpClient(
                host=parts.hostname or "",
                port=parts.port or (443 if parts.scheme == "https" else 8000),
                ssl=parts.scheme == "https",
                settings=quiet,
            )
        if self._folder:
            return chromadb.PersistentClient(str(self._folder), settings=quiet)
        return chromadb.EphemeralClient(settings=quiet)
