"""The word index beside the chunks: SQLite FTS5, or a Postgres tsvector with a GIN index."""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, LargeBinary, String, Text, column, table

_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5("
    "workspace_id UNINDEXED, chunk_id UNINDEXED, text, "
    "tokenize = 'porter unicode61 remove_diacritics 2')",
)
_POSTGRES = (
    "CREATE TABLE IF NOT EXISTS chunk_words ("
    "workspace_id VARCHAR(64) NOT NULL REFERENCES workspaces (id), "
    "chunk_id VARCHAR(64) NOT NULL, "
    "words TSVECTOR NOT NULL, "
    "CONSTRAINT pk_chunk_words PRIMARY KEY (workspace_id, chunk_id))",
    "CREATE INDEX IF NOT EXISTS ix_chunk_words_words ON chunk_words USING gin (words)",
)

#: The columns of either form that statements name; `text` is SQLite's, `words` is Postgres's.
chunk_words = table(
    "chunk_words",
    column("rowid", BigInteger),
    column("workspace_id", String),
    column("chunk_id", String),
    column("text", Text),
    column("words", LargeBinary),
)


def fulltext_ddl(dialect_name: str) -> list[str]:
    """Return the statements that create the word index if it is missing."""
    return list(_POSTGRES if dialect_name == "postgresql" else _SQLITE)


def row_number(workspace_id: str, chunk_id: str) -> int:
    """Return the FTS5 row of a chunk: FTS5 finds rows by number only, so it is derived."""
    digest = hashlib.sha256(f"{workspace_id}/{chunk_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
