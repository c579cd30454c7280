"""Participants, the ids other systems know them by, and what they consented to."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Text, UniqueConstraint

from synth.store.tables.base import ID, Utc, refers, scoped_table

participants = scoped_table(
    "participants",
    Column("id", ID),
    Column("number", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("segments", JSON, nullable=False),
    Column("may_analyse", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
    Column("may_use_llm", Boolean, nullable=False),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("workspace_id", "number"),
)

#: `value` is the external id itself, or its keyed hash where the id is personal (name, e-mail).
participant_ids = scoped_table(
    "participant_ids",
    Column("namespace", String(32)),
    Column("value", Text),
    Column("participant_id", ID, nullable=False),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "participant_id"),
    key=("namespace", "value"),
)
