"""The audit trail: append-only, hash-chained per workspace; triggers refuse any other write."""

from sqlalchemy import JSON, Column, Integer, String, Text

from synth.store.tables.base import ID, Utc, scoped_table

audit_events = scoped_table(
    "audit_events",
    Column("seq", Integer, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    key=("seq",),
)
