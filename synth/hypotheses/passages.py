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
    ids = {chunk.document_id for chunk in chunks.values()}
    documents, said = sources.load_documents(uow, ids), sources.load_turns(uow, ids)
    participants = people.load(
        uow, (chunk.participant_id for chunk in chunks.values() if chunk.participant_id)
    )
    found = {}
    for chunk in (chunks[chunk_id] for chunk_id in wanted if chunk_id in chunks):
        turns = said.get(chunk.document_id, [])
        found[chunk.id] = Passage(
            chunk=chunk,
            document=documents[chunk.document_id],
            turn=next((turn for turn in turns if turn.ordinal == chunk.turn), None),
            participant=participants.get(chunk.participant_id or ""),
        )
    return found
