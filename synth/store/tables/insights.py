"""Approved hypotheses: a row exists only beside the approval it came from."""

from sqlalchemy import Column, Integer, Text, UniqueConstraint

from synth.store.tables.base import ID, Utc, refers, scoped_table

insights = scoped_table(
    "insights",
    Column("id", ID),
    Column("hypothesis_id", ID, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("review_id", ID, nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("hypothesis_id", "hypotheses"),
    refers("review_id", "reviews"),
    UniqueConstraint("workspace_id", "hypothesis_id", "revision"),
)
