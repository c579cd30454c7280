"""Participants, the ids other systems know them by, and what they consented to."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Text, UniqueConstraint

from synth.store.tables.base import ID, Utc, refers, scoped_table

#: `may_contact` is empty where nobody asked them. `merged_into` is the person this one was united
#: into; `own` what was known of it alone before.
participants = scoped_table(
    "participants",
    Column("id", ID),
    Column("number", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("segments", JSON, nullable=False),
    Column("may_analyse", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
    Column("may_use_llm", Boolean, nullable=False),
    Column("may_contact", Boolean),
    Column("created_at", Utc, nullable=False),
    Column("merged_into", ID),
    Column("own", JSON(none_as_null=True)),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "workspace_id", "merged_into"),
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

#: Two people said to be one: proposed, joined, or split again.
participant_merges = scoped_table(
    "participant_merges",
    Column("id", ID),
    Column("kept_id", ID, nullable=False),
    Column("merged_id", ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ground", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("sides", JSON, nullable=False),
    Column("made_by", ID, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("ended_by", ID),
    Column("ended_at", Utc),
    refers("kept_id", "participants"),
    refers("merged_id", "participants"),
    refers("made_by", "members"),
    Index(None, "workspace_id", "state"),
)
