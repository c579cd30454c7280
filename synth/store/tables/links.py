"""Metric tags on themes and chunks, and the tested links that hang on them."""

from sqlalchemy import JSON, CheckConstraint, Column, Float, Index, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

tags = scoped_table(
    "tags",
    Column("id", ID),
    Column("metric_id", ID, nullable=False),
    Column("theme_id", ID),
    Column("chunk_id", ID),
    Column("event", Text),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("proposed_by", ID),
    Column("decided_by", ID),
    Column("created_at", Utc, nullable=False),
    Column("decided_at", Utc),
    refers("metric_id", "metrics"),
    refers("theme_id", "themes"),
    refers("chunk_id", "chunks"),
    refers("decided_by", "members"),
    CheckConstraint("(theme_id IS NULL) <> (chunk_id IS NULL)", name="one_subject"),
    CheckConstraint("state <> 'confirmed' OR decided_by IS NOT NULL", name="person_confirms"),
    Index(None, "workspace_id", "theme_id"),
)

#: One row per tested pair; the verdict on the numbers alone. The tag is read beside it.
links = scoped_table(
    "links",
    Column("id", ID),
    Column("anomaly_id", ID, nullable=False),
    Column("theme_id", ID, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("verdict", String(24), nullable=False),
    Column("reason", Text, nullable=False),
    Column("lift", Float),
    Column("p", Float),
    Column("q", Float),
    Column("confidence", Float, nullable=False),
    Column("tested_at", Utc, nullable=False),
    refers("anomaly_id", "anomalies"),
    refers("theme_id", "themes"),
    Index(None, "workspace_id", "anomaly_id"),
    Index(None, "workspace_id", "theme_id"),
)
