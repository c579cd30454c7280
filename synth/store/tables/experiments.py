"""Experiments: what was tried on whom, what it did, and who was spoken with about it."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

#: `id` is the id the experiment has where it ran.
experiments = scoped_table(
    "experiments",
    Column("id", String(200)),
    Column("name", Text, nullable=False),
    Column("starts_at", Utc),
    Column("ends_at", Utc),
    Column("exposure_event", Text),
    Column("follows", String(200)),
    Column("imported_by", ID, nullable=False),
    Column("imported_at", Utc, nullable=False),
    refers("imported_by", "members"),
    refers("follows", "experiments"),
)

#: One variant measured by one metric: conversions of n, or mean and standard deviation.
experiment_arms = scoped_table(
    "experiment_arms",
    Column("experiment_id", String(200)),
    Column("metric", String(200)),
    Column("variant", String(200)),
    Column("position", Integer, nullable=False),
    Column("is_control", Boolean, nullable=False),
    Column("n", Integer, nullable=False),
    Column("conversions", Integer),
    Column("mean", Float),
    Column("sd", Float),
    refers("experiment_id", "experiments"),
    key=("experiment_id", "metric", "variant"),
)

#: Conversations said to be about an experiment.
experiment_talks = scoped_table(
    "experiment_talks",
    Column("experiment_id", String(200)),
    Column("document_id", ID),
    Column("added_by", ID, nullable=False),
    Column("added_at", Utc, nullable=False),
    refers("experiment_id", "experiments"),
    refers("document_id", "documents"),
    refers("added_by", "members"),
    Index(None, "workspace_id", "document_id"),
    key=("experiment_id", "document_id"),
)
