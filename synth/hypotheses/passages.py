"""Loads passages with all that proves them: chunk, document, turn, participant."""

from __future__ import annotations

from collections.abc import Iterable

from synth.hypotheses.citations import Passage
from synth.people import repo as people
from synth.segments import repo as segments
from synth.sources import repo as sources
from synth.store.unit_of_work import UnitOfWork


def load_passages(uow: UnitOfWork, chunk_ids: Iterable[str]) -> dict[str, Passage]:
    """Return the passages of this workspace among `chunk_ids`, in that order."""
    wanted = list(dict.fromkeys(chunk_ids))
    chunks = segments.load_chunks(uow, wanted)
    documents = {
        document_id: sources.load_document(uow, document_id)
        for document_id in {chunk.document_id for chunk in chunks.values()}
    }
    participants = people.load(
        uow, (chunk.participant_id for chunk in chunks.values() if chunk.participant_id)
    )
    found = {}
    for chunk in (chunks[chunk_id] for chunk_id in wanted if chunk_id in chunks):
        document = documents[chunk.document_id]
        found[chunk.id] = Passage(
            chunk=chunk,
            document=document.document,
            turn=next((turn for turn in document.turns if turn.ordinal == chunk.turn), None),
            participant=participants.get(chunk.participant_id or ""),
        )
    return found
