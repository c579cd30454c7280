"""Metrics, their observations, values per person, events, and what moved."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from synth.store.tables.base import ID, Utc, refers, scoped_table

metrics = scoped_table(
    "metrics",
    Column("id", ID),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("good", String(8), nullable=False),
    Column("target", Float),
    Column("exposure_event", Text),
    Column("outcome_event", Text),
    Column("settle_days", Integer, nullable=False, server_default="0"),
    Column("computed_from", Text),
    Column("created_at", Utc, nullable=False),
    Column("mark", String(16)),
    Column("source_names", JSON, nullable=False, server_default="[]"),
    Column("country", String(16)),
    UniqueConstraint("workspace_id", "name"),
)

#: `segment` is the canonical JSON of the slice; "{}" is everybody.
observations = scoped_table(
    "observations",
    Column("metric_id", ID),
    Column("ts", Utc),
    Column("segment", Text),
    Column("value", Float, nullable=False),
    Column("numerator", Float),
    Column("denominator", Float),
    refers("metric_id", "metrics"),
    key=("metric_id", "ts", "segment"),
)

#: `id` is derived from the row, so that the same file twice changes nothing.
events = scoped_table(
    "events",
    Column("id", ID),
    Column("ts", Utc, nullable=False),
    Column("name", Text, nullable=False),
    Column("participant_id", ID, nullable=False),
    Column("value", Float),
    Column("session_id", Text),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "name", "ts"),
    Index(None, "workspace_id", "participant_id"),
)

#: One value of one person: `synth metrics import --by participant`. A value without a time has the
#: time 1970-01-01, since a key column cannot be empty.
person_values = scoped_table(
    "person_values",
    Column("metric_id", ID),
    Column("participant_id", ID),
    Column("ts", Utc),
    Column("value", Float, nullable=False),
    Column("target", Float),
    refers("metric_id", "metrics"),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "participant_id"),
    key=("metric_id", "participant_id", "ts"),
)

anomalies = scoped_table(
    "anomalies",
    Column("id", ID),
    Column("run_id", ID, nullable=False),
    Column("metric_id", ID, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("segment", JSON, nullable=False),
    Column("starts_at", Utc),
    Column("ends_at", Utc),
    Column("baseline", Float, nullable=False),
    Column("observed", Float, nullable=False),
    Column("baseline_k", Integer),
    Column("baseline_n", Integer),
    Column("observed_k", Integer),
    Column("observed_n", Integer),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("detected_at", Utc, nullable=False),
    refers("metric_id", "metrics"),
    Index(None, "workspace_id", "is_current"),
)

#: Everyone the metric measured in the anomaly's window and slice, and whether it hit them.
anomaly_people = scoped_table(
    "anomaly_people",
    Column("anomaly_id", ID),
    Column("participant_id", ID),
    Column("is_affected", Boolean, nullable=False),
    refers("anomaly_id", "anomalies"),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "participant_id"),
    key=("anomaly_id", "participant_id"),
)

#: What each imported file did; the rows it could not use are kept as readable lines.
metric_imports = scoped_table(
    "metric_imports",
    Column("id", ID),
    Column("filename", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("imported_by", ID, nullable=False),
    Column("imported_at", Utc, nullable=False),
    refers("imported_by", "members"),
    Index(None, "workspace_id", "imported_at"),
)

#: Which files of the event log count: Parquet files named by `id`, beside the originals.
event_parts = scoped_table(
    "event_parts",
    Column("id", ID),
    Column("rows", Integer, nullable=False),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("added_at", Utc, nullable=False),
)

#: Ordered steps that people go through; `steps` holds event names.
funnels = scoped_table(
    "funnels",
    Column("id", ID),
    Column("name", Text, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("window_seconds", Integer, nullable=False),
    Column("settle_days", Integer, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("created_by", "members"),
    Index("uq_funnels_workspace_id_name", "workspace_id", "name", unique=True),
)

#: Rules as they were written; `last_matches` is what the newest run found, one entry per slice.
event_rules = scoped_table(
    "event_rules",
    Column("id", ID),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("last_matches", JSON, nullable=False),
    Column("checked_at", Utc),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("created_by", "members"),
    Index("uq_event_rules_workspace_id_name", "workspace_id", "name", unique=True),
)

#: Recorded sessions in which people an anomaly hit had the event it is about.
anomaly_sessions = scoped_table(
    "anomaly_sessions",
    Column("anomaly_id", ID),
    Column("session_id", Text),
    Column("participant_id", ID, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Utc, nullable=False),
    refers("anomaly_id", "anomalies"),
    refers("participant_id", "participants"),
    Index(None, "workspace_id", "participant_id"),
    key=("anomaly_id", "session_id"),
)
