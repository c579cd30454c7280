"""Embed what is new, keep Chroma and the word index in step with SQL, rebuild them from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.indexing import repo
from synth.indexing.batching import batches
from synth.indexing.types import Parity
from synth.jobs.types import Progress
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services

#: Texts embedded, or rows written, before the result is saved and progress is told.
BATCH = 256


def embed_source(
    services: Services, workspace_id: str, source_id: str, progress: Progress | None = None
) -> int:
    """Embed the texts of a source's chunks that no chunk had before; return how many."""
    return _embed(services, workspace_id, _chunks_of(services, workspace_id, source_id), progress)


def index_source(
    services: Services, workspace_id: str, source_id: str, progress: Progress | None = None
) -> int:
    """Put a source's chunks into both indexes, take superseded ones out; return how many went in.

    Runs as often as it is called: ids and rows are overwritten, never doubled.
    """
    with services.reading(workspace_id) as uow:
        gone = repo.unsearchable_ids(uow, source_id)
    found = _chunks_of(services, workspace_id, source_id)
    with services.writing(workspace_id) as uow:
        repo.remove_words(uow, gone)
    services.vectors.delete(workspace_id, services.embedder.model, gone)
    return _index(services, workspace_id, found, progress)


def reindex(services: Services, workspace_id: str, progress: Progress | None = None) -> int:
    """Throw both indexes of a workspace away and rebuild them from SQL; return how many chunks."""
    with services.reading(workspace_id) as uow:
        found = segments.eligible_chunks(uow)
    services.vectors.drop(workspace_id, services.embedder.model)
    with services.writing(workspace_id) as uow:
        repo.clear_words(uow)
    return _index(services, workspace_id, found, progress)


def load_or_embed(
    services: Services, workspace_id: str, texts: Sequence[str], progress: Progress | None = None
) -> Vectors:
    """Return one vector per text, from the cache where it is there; what is new is cached."""
    digests = [sha256_text(text) for text in texts]
    known = _embed_missing(services, workspace_id, dict(zip(digests, texts, strict=True)), progress)
    if not digests:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([known[digest] for digest in digests])


def parity(services: Services, workspace_id: str) -> Parity:
    """Compare both indexes with SQL; what is missing in either counts as missing."""
    with services.reading(workspace_id) as uow:
        expected = {chunk.id for chunk in segments.eligible_chunks(uow)}
        words = repo.word_ids(uow)
    vectors = services.vectors.ids(workspace_id, services.embedder.model)
    return Parity(
        missing=frozenset((expected - words) | (expected - vectors)),
        orphans=frozenset((words | vectors) - expected),
    )


def _chunks_of(services: Services, workspace_id: str, source_id: str) -> list[Chunk]:
    with services.reading(workspace_id) as uow:
        gone = set(repo.unsearchable_ids(uow, source_id))
        return [
            chunk for chunk in segments.chunks_of_source(uow, source_id) if chunk.id not in gone
        ]


def _embed(
    services: Services, workspace_id: str, found: Iterable[Chunk], progress: Progress | None
) -> int:
    texts = {sha256_text(chunk.text): chunk.text for chunk in found}
    with services.reading(workspace_id) as uow:
        before = len(repo.load_vectors(uow, services.embedder.model, texts))
    return len(_embed_missing(services, workspace_id, texts, progress)) - before


def _embed_missing(
    services: Services, workspace_id: str, texts: dict[str, str], progress: Progress | None
) -> dict[str, Vectors]:
    """Return the vector of each text hash; no transaction is open while the model works."""
    model = services.embedder.model
    with services.reading(workspace_id) as uow:
        known = repo.load_vectors(uow, model, texts)
    missing = sorted((digest for digest in texts if digest not in known), key=lambda d: texts[d])
    missing.sort(key=lambda digest: len(texts[digest]))
    done = 0
    for batch in batches(missing, BATCH):
        rows = services.embedder.embed([texts[digest] for digest in batch])
        with services.writing(workspace_id) as uow:
            repo.save_vectors(uow, model, dict(zip(batch, rows, strict=True)))
        done += len(batch)
        if progress:
            progress(done, len(missing))
    if missing:
        # Read back: another process may have cached a text first, and its vector stays.
        with services.reading(workspace_id) as uow:
            known.update(repo.load_vectors(uow, model, missing))
    return known


def _index(
    services: Services, workspace_id: str, found: Sequence[Chunk], progress: Progress | None
) -> int:
    texts = {sha256_text(chunk.text): chunk.text for chunk in found}
    known = _embed_missing(services, workspace_id, texts, None)
    done = 0
    for batch in batches(found, BATCH):
        with services.writing(workspace_id) as uow:
            repo.put_words(uow, batch)
        services.vectors.upsert(
            workspace_id,
            services.embedder.model,
            [chunk.id for chunk in batch],
            np.stack([known[sha256_text(chunk.text)] for chunk in batch]),
        )
        done += len(batch)
        if progress:
            progress(done, len(found))
    return done
