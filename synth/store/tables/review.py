"""A person's decision on exactly one revision; triggers refuse authors and stale revisions."""

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

reviews = scoped_table(
    "reviews",
    Column("id", ID),
    Column("hypothesis_id", ID, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("revision_sha256", String(64), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason_codes", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("reviewer_id", ID, nullable=False),
    Column("decided_at", Utc, nullable=False),
    refers("reviewer_id", "members"),
    ForeignKeyConstraint(
        ["workspace_id", "hypothesis_id", "revision"],
        [
            "hypothesis_revisions.workspace_id",
            "hypothesis_revisions.hypothesis_id",
            "hypothesis_revisions.revision",
        ],
    ),
    Index(None, "workspace_id", "hypothesis_id"),
)
