"""The step that cuts the documents of a source into chunks."""

from __future__ import annotations

from itertools import islice

from synth.jobs.types import Progress
from synth.segments import repo
from synth.segments.chunking import ChunkLimits, chunk_document
from synth.segments.types import Chunk
from synth.services import Services
from synth.sources import repo as sources
from synth.sources.types import DocumentWithTurns

#: Documents cut and stored together.
BATCH = 200


def chunk_source(
    services: Services, workspace_id: str, source_id: str, progress: Progress | None = None
) -> int:
    """Store the chunks of every document of a source; return how many there are.

    A repeat stores nothing new. A document that is cut already keeps its chunks, because
    citations point at them.
    """
    with services.reading(workspace_id) as uow:
        waiting = iter(sources.documents_of_source(uow, source_id))
        done_ids = {chunk.document_id for chunk in repo.chunks_of_source(uow, source_id)}
        total = len(sources.document_ids_of_source(uow, source_id))
    done = 0
    while batch := list(islice(waiting, BATCH)):
        chunks = _cut(services, [both for both in batch if both.document.id not in done_ids])
        with services.writing(workspace_id) as uow:
            repo.add_chunks(uow, chunks)
        done += len(batch)
        if progress is not None:
            progress(done, total)
    with services.reading(workspace_id) as uow:
        return len(repo.chunks_of_source(uow, source_id))


def _cut(services: Services, batch: list[DocumentWithTurns]) -> list[Chunk]:
    settings, embedder = services.settings, services.embedder
    limits = ChunkLimits(
        size=settings.chunk_size, overlap=settings.chunk_overlap, tokens=embedder.max_tokens
    )
    return [
        chunk for both in batch for chunk in chunk_document(both, limits, embedder.count_tokens)
    ]
