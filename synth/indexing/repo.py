"""SQL of vectors by content hash, of the word index, and of what a search may return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, or_, select, text

from synth.backends.embedder import Vectors
from synth.core.spans import Span
from synth.indexing.batching import batches
from synth.indexing.types import SearchQuery
from synth.segments.types import Chunk
from synth.store.fulltext import chunk_words, row_number
from synth.store.tables.indexing import embeddings
from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_members, themes
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A chunk that may be shown as a hit."""

    chunk_id: str
    document_id: str
    span: Span
    text: str


def load_vectors(uow: UnitOfWork, model: str, hashes: Iterable[str]) -> dict[str, Vectors]:
    """Return the cached vector of each text hash that `model` has embedded."""
    found: dict[str, Vectors] = {}
    for batch in batches(sorted(set(hashes)), BATCH_ROWS):
        statement = select(embeddings.c.text_sha256, embeddings.c.vector).where(
            embeddings.c.workspace_id == uow.workspace_id,
            embeddings.c.model == model,
            embeddings.c.text_sha256.in_(batch),
        )
        for row in uow.rows(statement):
            found[row["text_sha256"]] = np.frombuffer(row["vector"], dtype="<f4")
    return found


def save_vectors(uow: UnitOfWork, model: str, vectors: Mapping[str, Vectors]) -> None:
    """Cache vectors by text hash; one already there stays, so that a text keeps its vector."""
    uow.insert_missing(
        embeddings,
        (
            {
                "model": model,
                "text_sha256": digest,
                "dimensions": int(vector.shape[0]),
                "vector": np.asarray(vector, dtype="<f4").tobytes(),
            }
            for digest, vector in vectors.items()
        ),
    )


def put_words(uow: UnitOfWork, found: Sequence[Chunk]) -> None:
    """Put chunks into the word index; one already there is replaced."""
    remove_words(uow, [chunk.id for chunk in found])
    for batch in batches(found, BATCH_ROWS):
        if _is_postgres(uow):
            uow.connection.execute(
                text(
                    "INSERT INTO chunk_words (workspace_id, chunk_id, words) "
                    "VALUES (:workspace_id, :chunk_id, to_tsvector('english', :text))"
                ),
                [_word_row(uow, chunk) for chunk in batch],
            )
        else:
            uow.connection.execute(
                insert(chunk_words),
                [
                    {**_word_row(uow, chunk), "rowid": row_number(uow.workspace_id, chunk.id)}
                    for chunk in batch
                ],
            )


def remove_words(uow: UnitOfWork, chunk_ids: Sequence[str]) -> None:
    """Take chunks out of the word index; those not there are passed over."""
    for batch in batches(chunk_ids, BATCH_ROWS):
        if _is_postgres(uow):
            wanted = chunk_words.c.chunk_id.in_(batch)
        else:
            wanted = chunk_words.c.rowid.in_([row_number(uow.workspace_id, id_) for id_ in batch])
        uow.execute(delete(chunk_words).where(_own_words(uow), wanted))


def clear_words(uow: UnitOfWork) -> None:
    """Empty this workspace's word index."""
    uow.execute(delete(chunk_words).where(_own_words(uow)))


def word_ids(uow: UnitOfWork) -> set[str]:
    """Return the ids in the word index."""
    statement = select(chunk_words.c.chunk_id).where(_own_words(uow))
    return {row["chunk_id"] for row in uow.rows(statement)}


def find_words(
    uow: UnitOfWork, words: Sequence[str], *, limit: int, among: Sequence[str] | None = None
) -> list[str]:
    """Return ids of chunks with any of `words`, best first: BM25 in SQLite, ts_rank in Postgres.

    `words` come from `ranking.query_words` and are bound as data, never as query syntax.
    """
    if not words or (among is not None and not among):
        return []
    match, order = _word_match(uow, words)
    statement = select(chunk_words.c.chunk_id).where(_own_words(uow), match)
    if among is not None:
        statement = statement.where(chunk_words.c.chunk_id.in_(among))
    ordered = statement.order_by(order, chunk_words.c.chunk_id).limit(limit)
    return [row["chunk_id"] for row in uow.rows(ordered)]


def _word_match(
    uow: UnitOfWork, words: Sequence[str]
) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    if _is_postgres(uow):
        query: ColumnElement[Any] = func.plainto_tsquery("english", words[0])
        for word in words[1:]:
            query = query.op("||")(func.plainto_tsquery("english", word))
        # Normalisation 1 divides by the logarithm of the length, as BM25 does in its way.
        rank = func.ts_rank(chunk_words.c.words, query, 1)
        return chunk_words.c.words.op("@@", is_comparison=True)(query), rank.desc()
    quoted = " OR ".join(f'"{word}"' for word in words)
    whole_row: ColumnElement[Any] = text("chunk_words")  # type: ignore[assignment]
    return text("chunk_words MATCH :match").bindparams(match=quoted), func.bm25(whole_row)  # type: ignore[return-value]


def load_passages(
    uow: UnitOfWork, chunk_ids: Sequence[str], query: SearchQuery
) -> dict[str, Passage]:
    """Return those of `chunk_ids` that are still allowed and fit the query's filters."""
    found: dict[str, Passage] = {}
    for batch in batches(chunk_ids, BATCH_ROWS):
        statement = _searchable(uow, query).where(chunks.c.id.in_(batch))
        for row in uow.rows(statement):
            found[row["id"]] = Passage(
                chunk_id=row["id"],
                document_id=row["document_id"],
                span=Span(row["start"], row["end"]),
                text=row["text"],
            )
    return found


def filtered_ids(uow: UnitOfWork, query: SearchQuery, *, limit: int) -> list[str]:
    """Return up to `limit` ids of chunks that fit the query's filters, whatever its text."""
    statement = _searchable(uow, query).order_by(chunks.c.id).limit(limit)
    return [row["id"] for row in uow.rows(statement)]


def unsearchable_ids(uow: UnitOfWork, source_id: str) -> list[str]:
    """Return ids of chunks that must leave the index now that this source is in.

    These are chunks of older versions of its documents, whatever source those came from, and its
    own chunks that are no evidence or whose speaker did not consent.
    """
    named = select(documents.c.external_id).where(
        documents.c.workspace_id == uow.workspace_id, documents.c.source_id == source_id
    )
    statement = (
        select(chunks.c.id)
        .join(documents, _same(chunks, documents, "document_id"))
        .outerjoin(participants, _same(chunks, participants, "participant_id"))
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            documents.c.external_id.in_(named),
            ~_is_allowed(),
        )
    )
    return [row["id"] for row in uow.rows(statement.order_by(chunks.c.id))]


def _searchable(uow: UnitOfWork, query: SearchQuery) -> Any:
    statement = (
        select(chunks)
        .join(documents, _same(chunks, documents, "document_id"))
        .outerjoin(participants, _same(chunks, participants, "participant_id"))
        .where(chunks.c.workspace_id == uow.workspace_id, _is_allowed())
    )
    if query.kind is not None:
        statement = statement.where(documents.c.kind == query.kind)
    if query.segment is not None:
        key, value = query.segment
        statement = statement.where(participants.c.segments[key].as_string() == value)
    if query.theme_id is not None:
        statement = statement.where(chunks.c.id.in_(_members_of(uow, query.theme_id)))
    return statement


def _is_allowed() -> ColumnElement[bool]:
    consented = or_(chunks.c.participant_id.is_(None), participants.c.may_analyse.is_(True))
    return and_(chunks.c.is_evidence.is_(True), documents.c.is_current.is_(True), consented)


def _members_of(uow: UnitOfWork, theme_id: str) -> Any:
    run = select(themes.c.run_id).where(
        themes.c.workspace_id == uow.workspace_id, themes.c.id == theme_id
    )
    return select(theme_members.c.chunk_id).where(
        theme_members.c.workspace_id == uow.workspace_id,
        theme_members.c.theme_id == theme_id,
        theme_members.c.run_id.in_(run),
    )


def _same(left: Table, right: Table, column: str) -> ColumnElement[bool]:
    return and_(left.c.workspace_id == right.c.workspace_id, left.c[column] == right.c.id)


def _own_words(uow: UnitOfWork) -> ColumnElement[bool]:
    return chunk_words.c.workspace_id == uow.workspace_id


def _word_row(uow: UnitOfWork, chunk: Chunk) -> dict[str, Any]:
    return {"workspace_id": uow.workspace_id, "chunk_id": chunk.id, "text": chunk.text}


def _is_postgres(uow: UnitOfWork) -> bool:
    return uow.connection.dialect.name == "postgresql"
