"""Triggers, the investigations they or people open, what both sides said, and impact in terms."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    String,
    Text,
)

from synth.store.tables.base import ID, Utc, refers, scoped_table

#: Which anomalies open an investigation by themselves; empty lists stand for all.
triggers = scoped_table(
    "triggers",
    Column("id", ID),
    Column("name", Text, nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("min_affected", Integer, nullable=False),
    Column("min_change", Float, nullable=False),
    Column("only_worse", Boolean, nullable=False),
    Column("deadline_days", Integer, nullable=False),
    Column("owner_id", ID, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("owner_id", "members"),
    refers("created_by", "members"),
)

#: About an anomaly, or about an account whose health fell.
investigations = scoped_table(
    "investigations",
    Column("id", ID),
    Column("anomaly_id", ID),
    Column("account", Text),
    Column("state", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("talks_target", Integer, nullable=False),
    Column("replays_target", Integer, nullable=False),
    Column("trigger_id", ID),
    Column("triggered_at", Utc, nullable=False),
    Column("opened_by", ID, nullable=False),
    Column("owner_id", ID, nullable=False),
    Column("deadline", Utc, nullable=False),
    Column("escalated_at", Utc),
    Column("decision", String(16)),
    Column("decision_note", Text, nullable=False),
    Column("decided_by", ID),
    Column("decided_at", Utc),
    refers("anomaly_id", "anomalies"),
    refers("trigger_id", "triggers"),
    refers("opened_by", "members"),
    refers("owner_id", "members"),
    refers("decided_by", "members"),
    CheckConstraint("(anomaly_id IS NULL) <> (account IS NULL)", name="one_subject"),
    CheckConstraint("decision IS NULL OR decided_by IS NOT NULL", name="person_decides"),
    Index(None, "workspace_id", "anomaly_id"),
)

#: What a side said: numbers by a tested link or the impact, people by a passage. Never deleted.
investigation_findings = scoped_table(
    "investigation_findings",
    Column("id", ID),
    Column("investigation_id", ID, nullable=False),
    Column("side", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ref", ID, nullable=False),
    Column("note", Text, nullable=False),
    Column("added_by", ID, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("removed_by", ID),
    Column("removed_at", Utc),
    refers("investigation_id", "investigations"),
    refers("added_by", "members"),
    refers("removed_by", "members"),
    Index(None, "workspace_id", "investigation_id"),
)

investigation_watches = scoped_table(
    "investigation_watches",
    Column("investigation_id", ID),
    Column("session_id", Text),
    Column("note", Text, nullable=False),
    Column("watched_by", ID, nullable=False),
    Column("watched_at", Utc, nullable=False),
    refers("investigation_id", "investigations"),
    refers("watched_by", "members"),
    key=("investigation_id", "session_id"),
)

#: The arithmetic of an impact, one row per factor; counts stand beside what was counted.
impact_terms = scoped_table(
    "impact_terms",
    Column("investigation_id", ID),
    Column("position", Integer),
    Column("name", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("value", Float, nullable=False),
    Column("k", Integer),
    Column("n", Integer),
    Column("unit", Text, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("edited_by", ID, nullable=False),
    Column("edited_at", Utc, nullable=False),
    refers("investigation_id", "investigations"),
    refers("edited_by", "members"),
    key=("investigation_id", "position"),
)

#: How the health of accounts is computed; without a row the formula has its defaults.
health_formulas = scoped_table(
    "health_formulas",
    Column("id", ID),
    Column("usage", Float, nullable=False),
    Column("nps", Float, nullable=False),
    Column("tickets", Float, nullable=False),
    Column("nps_metric", Text, nullable=False),
    Column("fall", Float, nullable=False),
    Column("min_people", Integer, nullable=False),
    Column("owner_id", ID, nullable=False),
    Column("edited_by", ID, nullable=False),
    Column("edited_at", Utc, nullable=False),
    refers("owner_id", "members"),
    refers("edited_by", "members"),
)
