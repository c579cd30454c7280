"""Uploaded files, the documents read from them, their turns, redactions and skipped items."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from synth.store.tables.base import ID, Utc, refers, scoped_table

sources = scoped_table(
    "sources",
    Column("id", ID),
    Column("filename", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("format", String(32)),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("options", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text),
    Column("notices", JSON, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("created_by", "members"),
    Index(None, "workspace_id", "created_at"),
    Index(None, "workspace_id", "sha256"),
)

source_skips = scoped_table(
    "source_skips",
    Column("source_id", ID),
    Column("ordinal", Integer),
    Column("line", Integer),
    Column("reason", Text, nullable=False),
    Column("words", Integer, nullable=False),
    refers("source_id", "sources"),
    key=("source_id", "ordinal"),
)

#: One row per version: a changed text is a new row, and the old one keeps its citations.
documents = scoped_table(
    "documents",
    Column("id", ID),
    Column("source_id", ID, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("format", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("url", Text),
    Column("occurred_at", Utc),
    Column("metadata", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("source_id", "sources"),
    UniqueConstraint("workspace_id", "external_id", "version"),
    Index(None, "workspace_id", "is_current", "occurred_at"),
    Index(None, "workspace_id", "source_id"),
)

#: `recorded_as` is whose turn it was, where that person was united with another.
turns = scoped_table(
    "turns",
    Column("document_id", ID),
    Column("ordinal", Integer),
    Column("participant_id", ID),
    Column("speaker", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("start_ms", BigInteger),
    Column("end_ms", BigInteger),
    Column("recorded_as", ID),
    refers("document_id", "documents"),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "participant_id"),
    key=("document_id", "ordinal"),
)

#: (start, end) in the redacted text stands for (original_start, original_end) in the text as read.
redactions = scoped_table(
    "redactions",
    Column("document_id", ID),
    Column("start", Integer),
    Column("end", Integer, nullable=False),
    Column("original_start", Integer, nullable=False),
    Column("original_end", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    refers("document_id", "documents"),
    key=("document_id", "start"),
)
