"""Approved hypotheses, and what was decided, tried and seen of each; history is only added to."""

from sqlalchemy import JSON, Column, Date, Float, Index, Integer, String, Text, UniqueConstraint

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

#: Typed labels a person set: persona, job, pain, area, stage, priority.
insight_labels = scoped_table(
    "insight_labels",
    Column("insight_id", ID),
    Column("kind", String(16)),
    Column("value", String(80)),
    Column("set_by", ID, nullable=False),
    Column("set_at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("set_by", "members"),
    Index(None, "workspace_id", "kind", "value"),
    key=("insight_id", "kind", "value"),
)

#: One row per act of the loop; the newest says where the insight stands.
insight_steps = scoped_table(
    "insight_steps",
    Column("insight_id", ID),
    Column("seq", Integer, autoincrement=False),
    Column("act", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("note", Text, nullable=False),
    Column("by_id", ID, nullable=False),
    Column("at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("by_id", "members"),
    key=("insight_id", "seq"),
)

#: The newest row is the decision; the others are its history.
insight_decisions = scoped_table(
    "insight_decisions",
    Column("insight_id", ID),
    Column("seq", Integer, autoincrement=False),
    Column("choice", String(16), nullable=False),
    Column("owner_id", ID, nullable=False),
    Column("deadline", Date),
    Column("note", Text, nullable=False),
    Column("decided_by", ID, nullable=False),
    Column("decided_at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("owner_id", "members"),
    refers("decided_by", "members"),
    key=("insight_id", "seq"),
)

#: Deadlines that passed without an answer, written down once each.
insight_escalations = scoped_table(
    "insight_escalations",
    Column("insight_id", ID),
    Column("due_on", Date),
    Column("at", Utc, nullable=False),
    refers("insight_id", "insights"),
    key=("insight_id", "due_on"),
)

#: `experiment_id` is of an imported experiment, or of one that will be.
insight_tests = scoped_table(
    "insight_tests",
    Column("id", ID),
    Column("insight_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("split", JSON, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("experiment_id", String(200)),
    Column("recorded_by", ID, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("recorded_by", "members"),
    Index(None, "workspace_id", "insight_id"),
)

#: Values before and after; changes, intervals and verdicts are computed, never stored. Those of an
#: experiment name it: before is its control, after one variant; means have their deviation and n.
insight_outcomes = scoped_table(
    "insight_outcomes",
    Column("id", ID),
    Column("insight_id", ID, nullable=False),
    Column("test_id", ID, nullable=False),
    Column("metric", Text, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("good", String(8), nullable=False),
    Column("segment", JSON, nullable=False),
    Column("before", Float, nullable=False),
    Column("after", Float, nullable=False),
    Column("predicted", Float),
    Column("before_k", Integer),
    Column("before_n", Integer),
    Column("after_k", Integer),
    Column("after_n", Integer),
    Column("before_sd", Float),
    Column("after_sd", Float),
    Column("experiment_id", String(200)),
    Column("variant", String(200)),
    Column("control", String(200)),
    Column("measured_on", Date, nullable=False),
    Column("recorded_by", ID, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("test_id", "insight_tests"),
    refers("recorded_by", "members"),
    Index(None, "workspace_id", "insight_id"),
)

#: Where somebody says after launch why it worked or not: places, never anybody's words.
insight_quotes = scoped_table(
    "insight_quotes",
    Column("id", ID),
    Column("insight_id", ID, nullable=False),
    Column("test_id", ID, nullable=False),
    Column("side", String(8), nullable=False),
    Column("chunk_id", ID, nullable=False),
    Column("document_id", ID, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote_sha256", String(64), nullable=False),
    Column("recorded_by", ID, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    refers("insight_id", "insights"),
    refers("test_id", "insight_tests"),
    refers("chunk_id", "chunks"),
    refers("document_id", "documents"),
    refers("recorded_by", "members"),
    Index(None, "workspace_id", "insight_id"),
    Index(None, "workspace_id", "document_id"),
)

backlog_items = scoped_table(
    "backlog_items",
    Column("id", ID),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner_id", ID, nullable=False),
    Column("found_in", ID),
    Column("override", Text, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("shipped_on", Date),
    refers("owner_id", "members"),
    refers("created_by", "members"),
    refers("found_in", "insights"),
    Index(None, "workspace_id", "state"),
)

#: What an item of the backlog rests on.
backlog_evidence = scoped_table(
    "backlog_evidence",
    Column("item_id", ID),
    Column("insight_id", ID),
    refers("item_id", "backlog_items"),
    refers("insight_id", "insights"),
    Index(None, "workspace_id", "insight_id"),
    key=("item_id", "insight_id"),
)
