"""Hypotheses, their revisions and citations, and the calls that drafted them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)

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
    Column("seed", BigInteger),
    Column("temperature", Float),
    Column("requests", Integer),
    Column("reserved_tokens", Integer),
    Column("cost_usd", Float),
    Column("ended_at", Utc),
    Index(None, "workspace_id", "created_at"),
    key=("key",),
)

#: What an endpoint understands, found out once, and the bucket that all workers draw from.
llm_endpoints = scoped_table(
    "llm_endpoints",
    Column("id", String(64)),
    Column("model", Text, nullable=False),
    Column("rung", String(16)),
    Column("left_out", JSON, nullable=False),
    Column("probed_at", Utc),
    Column("tokens", Float, nullable=False),
    Column("refilled_at", Utc, nullable=False),
    Column("not_before", Utc),
)

#: What a draft was made from: places and numbers, never anybody's words.
evidence_packs = scoped_table(
    "evidence_packs",
    Column("hypothesis_id", ID),
    Column("revision", Integer),
    Column("pack", JSON, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    key=("hypothesis_id", "revision"),
)
