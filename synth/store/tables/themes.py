"""Theme runs, the themes that persist across them, who is in which, and what people decided."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Text,
    false,
    true,
)

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
    Column("previous_id", ID),
    Column("cautions", JSON, nullable=False, server_default="[]"),
    Column("is_complete", Boolean, nullable=False, server_default=true()),
    Column("boilerplate", JSON, nullable=False, server_default="[]"),
    refers("created_by", "members"),
    Index(None, "workspace_id", "is_current"),
)

#: One row per theme, as of the newest run that has it. What a run found stands in the columns
#: `found_...`; what is shown beside it is that with people's edits.
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
    Column("level", String(8), nullable=False, server_default="theme"),
    Column("parent_id", ID),
    Column("origin", String(16), nullable=False, server_default="found"),
    Column("is_pinned", Boolean, nullable=False, server_default=false()),
    Column("is_gone", Boolean, nullable=False, server_default=false()),
    Column("contrast", Text, nullable=False, server_default=""),
    Column("label_source", String(16), nullable=False, server_default="offline"),
    Column("label_provenance", JSON),
    Column("found_title", Text),
    Column("found_parent_id", ID),
    refers("run_id", "theme_runs"),
    Index(None, "workspace_id", "run_id", "rank"),
)

#: Every chunk considered by a run; `theme_id` is empty for the unthemed, with the reason.
#: `kept_theme_id` is the theme that people made or edited and that takes the chunk from the one
#: found.
theme_members = scoped_table(
    "theme_members",
    Column("run_id", ID),
    Column("chunk_id", ID),
    Column("theme_id", ID),
    Column("strength", Float, nullable=False),
    Column("exemplar_rank", Integer),
    Column("unthemed_reason", String(32)),
    Column("sub_theme_id", ID),
    Column("placed_by", ID),
    Column("assigned_at", Utc),
    Column("found_theme_id", ID),
    Column("found_sub_theme_id", ID),
    Column("found_exemplar_rank", Integer),
    Column("found_reason", String(32)),
    Column("kept_theme_id", ID),
    refers("run_id", "theme_runs"),
    refers("chunk_id", "chunks"),
    refers("theme_id", "themes"),
    Index(None, "workspace_id", "theme_id"),
    Index(None, "workspace_id", "sub_theme_id"),
    key=("run_id", "chunk_id"),
)

#: What people decided, in order; never changed. An edit is undone by a later row that names it.
theme_edits = scoped_table(
    "theme_edits",
    Column("id", ID),
    Column("seq", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("theme_id", ID),
    Column("payload", JSON, nullable=False),
    Column("undoes", ID),
    Column("author_id", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("author_id", "members"),
    refers("undoes", "theme_edits"),
    Index(None, "workspace_id", "seq", unique=True),
)

#: What a run changed: from a theme of the run before it to one of its own.
theme_lineage = scoped_table(
    "theme_lineage",
    Column("run_id", ID),
    Column("ordinal", Integer, autoincrement=False),
    Column("level", String(8), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("from_id", ID),
    Column("to_id", ID),
    Column("overlap", Float, nullable=False),
    Column("title", Text, nullable=False),
    refers("run_id", "theme_runs"),
    Index(None, "workspace_id", "from_id"),
    Index(None, "workspace_id", "to_id"),
    key=("run_id", "ordinal"),
)

#: Where a run's passages lie on its map.
theme_map = scoped_table(
    "theme_map",
    Column("run_id", ID),
    Column("chunk_id", ID),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    refers("run_id", "theme_runs"),
    refers("chunk_id", "chunks"),
    key=("run_id", "chunk_id"),
)

#: How the words of each passage read, whatever theme it is in; `reader` names the reading.
passage_stances = scoped_table(
    "passage_stances",
    Column("chunk_id", ID),
    Column("stance", String(8), nullable=False),
    Column("reader", String(16), nullable=False),
    refers("chunk_id", "chunks"),
    key=("chunk_id",),
)
