"""SQL of what people said: their turns, the chunks cut from them, and what was read from those."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, or_, select, update

from synth.core.fingerprints import sha256_text
from synth.indexing import repo as indexing
from synth.indexing.batching import batches
from synth.people.identity import WITHDRAWN
from synth.people.types import Role
from synth.privacy.types import Blanked, Spoken
from synth.store.tables.indexing import embeddings
from synth.store.tables.people import participant_ids, participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, redactions, turns
from synth.store.tables.themes import passage_stances, theme_map
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def everybody_withdrawn(uow: UnitOfWork) -> list[str]:
    """Return who withdrew, with all parts they were united from."""
    table = participant_ids
    gone = select(table.c.participant_id).where(_own(uow, table), table.c.namespace == WITHDRAWN)
    same = or_(participants.c.id.in_(gone), participants.c.merged_into.in_(gone))
    found = select(participants.c.id).where(_own(uow, participants), same)
    return sorted(row["id"] for row in uow.rows(found))


def list_spoken(uow: UnitOfWork, people: Collection[str]) -> list[Spoken]:
    """Return the documents in which these people speak, of all versions, with their turns."""
    if not people:
        return []
    theirs = select(turns.c.document_id).where(
        _own(uow, turns), turns.c.participant_id.in_(sorted(people))
    )
    said = select(turns).where(_own(uow, turns), turns.c.document_id.in_(theirs))
    spans: dict[str, list[tuple[int, int, int]]] = {}
    others: set[str] = set()
    for row in uow.rows(said.order_by(turns.c.document_id, turns.c.ordinal)):
        if row["participant_id"] in people:
            place = (row["ordinal"], row["start"], row["end"])
            spans.setdefault(row["document_id"], []).append(place)
        elif row["role"] == Role.PARTICIPANT:
            others.add(row["document_id"])
    return [
        Spoken(
            document_id=row["id"],
            source_id=row["source_id"],
            text=row["text"],
            turns=spans[row["id"]],
            is_alone=row["id"] not in others,
        )
        for batch in batches(sorted(spans), BATCH_ROWS)
        for row in uow.rows(
            select(documents).where(_own(uow, documents), documents.c.id.in_(batch))
        )
    ]


def save_blanked(uow: UnitOfWork, found: Sequence[Blanked]) -> list[str]:
    """Store documents without the words, and the chunks cut from them; return those chunks."""
    if not found:
        return []
    one = update(documents).where(_own(uow, documents), documents.c.id == bindparam("one"))
    rows = [
        {"one": each.spoken.document_id, "new": each.text, "hash": sha256_text(each.text)}
        for each in found
    ]
    new = one.values(text=bindparam("new"), text_sha256=bindparam("hash"))
    uow.connection.execute(new, rows)
    for each in found:
        if each.spoken.is_alone:
            # What a ticket or note is called, and where it lies, is the words of who wrote it.
            values: dict[str, Any] = {"title": each.title, "metadata": {}, "url": None}
            uow.connection.execute(one.values(**values), {"one": each.spoken.document_id})
        for _, start, end in each.spoken.turns:
            uow.execute(
                delete(redactions).where(
                    _own(uow, redactions),
                    redactions.c.document_id == each.spoken.document_id,
                    redactions.c.start >= start,
                    redactions.c.end <= end,
                )
            )
    return _save_chunks(uow, {each.spoken.document_id: each for each in found})


def _save_chunks(uow: UnitOfWork, found: Mapping[str, Blanked]) -> list[str]:
    rows = list[dict[str, Any]]()
    for batch in batches(sorted(found), BATCH_ROWS):
        cut = select(chunks).where(_own(uow, chunks), chunks.c.document_id.in_(batch))
        for row in uow.rows(cut):
            each = found[row["document_id"]]
            if row["turn"] in {ordinal for ordinal, _, _ in each.spoken.turns}:
                text = each.text[row["start"] : row["end"]]
                rows.append({"one": row["id"], "new": text, "hash": sha256_text(text)})
    if rows:
        one = update(chunks).where(_own(uow, chunks), chunks.c.id == bindparam("one"))
        new = one.values(text=bindparam("new"), text_sha256=bindparam("hash"))
        uow.connection.execute(new, rows)
        _drop_vectors(uow)
    return [row["one"] for row in rows]


def _drop_vectors(uow: UnitOfWork) -> None:
    """Remove vectors of texts that are nobody's whole passage any more.

    Parts of passages are among them; those still compared are embedded again by the next run.
    """
    said = select(chunks.c.text_sha256).where(_own(uow, chunks))
    gone = embeddings.c.text_sha256.not_in(said)
    uow.execute(delete(embeddings).where(_own(uow, embeddings), gone))


def drop_readings(uow: UnitOfWork, chunk_ids: Sequence[str]) -> None:
    """Remove chunks from the word index, how they read, and their places on the map."""
    indexing.remove_words(uow, chunk_ids)
    for table in (passage_stances, theme_map):
        for batch in batches(chunk_ids, BATCH_ROWS):
            uow.execute(delete(table).where(_own(uow, table), table.c.chunk_id.in_(batch)))


def _documents(uow: UnitOfWork) -> Select[Any]:
    return select(documents).where(_own(uow, documents))


def _own(uow: UnitOfWork, table: Table) -> ColumnElement[bool]:
    return table.c.workspace_id == uow.workspace_id
