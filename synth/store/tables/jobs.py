"""Background jobs as people see them, and the keys that keep an effect from happening twice."""

from sqlalchemy import JSON, Column, Index, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

jobs = scoped_table(
    "jobs",
    Column("id", ID),
    Column("kind", String(32), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("step", String(64)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", JSON),
    Column("error", Text),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    refers("created_by", "members"),
    Index(None, "workspace_id", "created_at"),
)

effects = scoped_table(
    "effects",
    Column("key", String(64)),
    Column("job_id", ID, nullable=False),
    Column("step", String(64), nullable=False),
    Column("result", JSON, nullable=False),
    Column("at", Utc, nullable=False),
    refers("job_id", "jobs"),
    Index(None, "workspace_id", "job_id"),
    key=("key",),
)
