"""Chunks: passages with exact offsets into their document."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Text

from synth.store.tables.base import ID, refers, scoped_table

chunks = scoped_table(
    "chunks",
    Column("id", ID),
    Column("document_id", ID, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("overlap", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("participant_id", ID),
    Column("is_evidence", Boolean, nullable=False),
    refers("document_id", "documents"),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "document_id", "ordinal"),
    Index(None, "workspace_id", "participant_id"),
)
