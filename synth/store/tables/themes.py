"""Theme runs, the themes that persist across them, and who is in which."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Text

from synth.store.tables.base import ID, Utc, refers, scoped_table

theme_runs = scoped_table(
    "theme_runs",
    Column("id", ID),
    Column("seed", BigInteger, nullable=False),
    Column("method", String(32), nullable=False),
    Column("manifest", JSON, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("unthemed", Integer, nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("created_by", "members"),
    Index(None, "workspace_id", "is_current"),
)

themes = scoped_table(
    "themes",
    Column("id", ID),
    Column("run_id", ID, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("keywords", JSON, nullable=False),
    Column("titled_by", ID),
    Column("merged_into", ID),
    Column("is_hidden", Boolean, nullable=False),
    refers("run_id", "theme_runs"),
    Index(None, "workspace_id", "run_id", "rank"),
)

#: Every chunk considered by a run; `theme_id` is empty for the unthemed, with the reason.
theme_members = scoped_table(
    "theme_members",
    Column("run_id", ID),
    Column("chunk_id", ID),
    Column("theme_id", ID),
    Column("strength", Float, nullable=False),
    Column("exemplar_rank", Integer),
    Column("unthemed_reason", String(32)),
    refers("run_id", "theme_runs"),
    refers("chunk_id", "chunks"),
    refers("theme_id", "themes"),
    Index(None, "workspace_id", "theme_id"),
    key=("run_id", "chunk_id"),
)
