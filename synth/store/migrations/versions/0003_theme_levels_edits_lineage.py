"""Levels of themes, people's edits as events, lineage between runs, and the map."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)

ADDED = {
    "theme_runs": (sa.Column("previous_id", ID),),
    "themes": (
        sa.Column("level", sa.String(length=8), nullable=False, server_default="theme"),
        sa.Column("parent_id", ID),
        sa.Column("origin", sa.String(length=16), nullable=False, server_default="found"),
        sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_gone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("contrast", sa.Text(), nullable=False, server_default=""),
        sa.Column("label_source", sa.String(length=16), nullable=False, server_default="offline"),
        sa.Column("label_provenance", sa.JSON()),
        sa.Column("found_title", sa.Text()),
        sa.Column("found_parent_id", ID),
    ),
    "theme_members": (
        sa.Column("sub_theme_id", ID),
        sa.Column("placed_by", ID),
        sa.Column("assigned_at", MOMENT),
        sa.Column("found_theme_id", ID),
        sa.Column("found_sub_theme_id", ID),
        sa.Column("found_exemplar_rank", sa.Integer()),
        sa.Column("found_reason", sa.String(length=32)),
        sa.Column("kept_theme_id", ID),
    ),
}

BASE = (
    "UPDATE themes SET found_title = title WHERE titled_by IS NULL",
    "UPDATE theme_members SET found_theme_id = theme_id, found_exemplar_rank = exemplar_rank, "
    "found_reason = unthemed_reason",
)

THEMES = sa.table(
    "themes",
    *(sa.column(name) for name in ("workspace_id", "id", "run_id", "title", "titled_by")),
    sa.column("merged_into"),
    sa.column("is_hidden", sa.Boolean()),
)
RUNS = sa.table(
    "theme_runs",
    *(sa.column(name) for name in ("workspace_id", "id", "created_by")),
    sa.column("created_at", MOMENT),
)
EDITS = sa.table(
    "theme_edits",
    *(sa.column(name) for name in ("workspace_id", "id", "seq", "kind", "theme_id", "author_id")),
    sa.column("payload", sa.JSON()),
    sa.column("created_at", MOMENT),
)


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index(
        op.f("ix_theme_members_workspace_id_sub_theme_id"),
        "theme_members",
        ["workspace_id", "sub_theme_id"],
    )
    _create_edits()
    _create_lineage()
    _create_map()
    for statement in BASE:
        op.get_bind().exec_driver_sql(statement)
    _write_edits()


def _create_edits() -> None:
    op.create_table(
        "theme_edits",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("theme_id", ID, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("undoes", ID, nullable=True),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "author_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_theme_edits_workspace_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "undoes"],
            ["theme_edits.workspace_id", "theme_edits.id"],
            name=op.f("fk_theme_edits_workspace_id_undoes"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_edits_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_theme_edits")),
    )
    op.create_index(
        op.f("ix_theme_edits_workspace_id_seq"), "theme_edits", ["workspace_id", "seq"], unique=True
    )


def _create_lineage() -> None:
    op.create_table(
        "theme_lineage",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("from_id", ID, nullable=True),
        sa.Column("to_id", ID, nullable=True),
        sa.Column("overlap", sa.Float(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["theme_runs.workspace_id", "theme_runs.id"],
            name=op.f("fk_theme_lineage_workspace_id_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_lineage_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", "ordinal", name=op.f("pk_theme_lineage")),
    )
    for column in ("from_id", "to_id"):
        op.create_index(
            op.f(f"ix_theme_lineage_workspace_id_{column}"),
            "theme_lineage",
            ["workspace_id", column],
        )


def _create_map() -> None:
    op.create_table(
        "theme_map",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("chunk_id", ID, nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["theme_runs.workspace_id", "theme_runs.id"],
            name=op.f("fk_theme_map_workspace_id_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_theme_map_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_map_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", "chunk_id", name=op.f("pk_theme_map")),
    )


def _write_edits() -> None:
    """Write what people decided before there were events as the events it would have been."""
    same_run = sa.and_(RUNS.c.workspace_id == THEMES.c.workspace_id, RUNS.c.id == THEMES.c.run_id)
    decided = (
        sa.select(THEMES, RUNS.c.created_by, RUNS.c.created_at)
        .join_from(THEMES, RUNS, same_run)
        .order_by(THEMES.c.workspace_id, THEMES.c.id)
    )
    rows: dict[str, list[dict[str, object]]] = {}
    for theme in op.get_bind().execute(decided).mappings():
        known = rows.setdefault(theme["workspace_id"], [])
        for kind, payload in _edits(theme):
            known.append(
                {
                    "workspace_id": theme["workspace_id"],
                    "id": f"{kind}-{theme['id']}",
                    "seq": len(known) + 1,
                    "kind": kind,
                    "theme_id": theme["id"],
                    "payload": payload,
                    "author_id": theme["titled_by"] or theme["created_by"],
                    "created_at": theme["created_at"],
                }
            )
    op.bulk_insert(EDITS, [row for known in rows.values() for row in known])


def _edits(theme: sa.RowMapping) -> list[tuple[str, dict[str, str]]]:
    edits: list[tuple[str, dict[str, str]]] = []
    if theme["titled_by"]:
        edits.append(("rename", {"title": theme["title"]}))
    if theme["merged_into"]:
        edits.append(("merge", {"into": theme["merged_into"]}))
    if theme["is_hidden"]:
        edits.append(("hide", {}))
    return edits


def downgrade() -> None:
    raise NotImplementedError("people's edits are not thrown away")
