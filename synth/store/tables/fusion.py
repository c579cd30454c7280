"""The rhythm of a team: which metrics matter most, how sure people are, when they met."""

from sqlalchemy import Column, Date, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

#: Rank 0 is the North Star.
key_metrics = scoped_table(
    "key_metrics",
    Column("metric_id", ID),
    Column("rank", Integer, nullable=False),
    Column("set_by", ID, nullable=False),
    Column("set_at", Utc, nullable=False),
    refers("metric_id", "metrics"),
    refers("set_by", "members"),
    key=("metric_id",),
)

#: One answer of one person a quarter, "2026-Q1": how sure they are of the decisions taken, 1-10.
confidence_answers = scoped_table(
    "confidence_answers",
    Column("member_id", ID),
    Column("quarter", String(7)),
    Column("score", Integer, nullable=False),
    Column("answered_at", Utc, nullable=False),
    refers("member_id", "members"),
    key=("member_id", "quarter"),
)

fusion_reviews = scoped_table(
    "fusion_reviews",
    Column("held_on", Date),
    Column("minutes", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("held_by", ID, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    refers("held_by", "members"),
    key=("held_on",),
)
