"""Hypotheses, their revisions and citations, and the calls that drafted them."""

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

hypotheses = scoped_table(
    "hypotheses",
    Column("id", ID),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("drafter", String(128), nullable=False),
    Column("started_by", ID, nullable=False),
    Column("anomaly_id", ID, nullable=False),
    Column("theme_id", ID, nullable=False),
    Column("held_reasons", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("started_by", "members"),
    refers("anomaly_id", "anomalies"),
    refers("theme_id", "themes"),
    Index(None, "workspace_id", "state", "created_at"),
)

#: A revision never changes. `author_id` is the person behind it: who started or edited it.
hypothesis_revisions = scoped_table(
    "hypothesis_revisions",
    Column("hypothesis_id", ID),
    Column("revision", Integer),
    Column("content", JSON, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("author_id", ID, nullable=False),
    Column("provenance", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("author_id", "members"),
    key=("hypothesis_id", "revision"),
)

citations = scoped_table(
    "citations",
    Column("hypothesis_id", ID),
    Column("revision", Integer),
    Column("ordinal", Integer),
    Column("side", String(8), nullable=False),
    Column("chunk_id", ID, nullable=False),
    Column("document_id", ID, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    ForeignKeyConstraint(
        ["workspace_id", "hypothesis_id", "revision"],
        [
            "hypothesis_revisions.workspace_id",
            "hypothesis_revisions.hypothesis_id",
            "hypothesis_revisions.revision",
        ],
    ),
    refers("chunk_id", "chunks"),
    refers("document_id", "documents"),
    Index(None, "workspace_id", "document_id"),
    key=("hypothesis_id", "revision", "ordinal"),
)

llm_calls = scoped_table(
    "llm_calls",
    Column("key", String(64)),
    Column("purpose", String(32), nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", String(64), nullable=False),
    Column("prompt_sha256", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("answer", Text),
    Column("rung", String(16)),
    Column("error", Text),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("created_at", Utc, nullable=False),
    key=("key",),
)
