"""The log of raw events, funnels over it, event rules, and the sessions behind an anomaly."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def scoped(
    name: str, *columns: sa.Column[Any], key: tuple[str, ...] = ("id",), **refers: str
) -> None:
    """Create a table keyed by workspace; `refers` says which column points to which table."""
    op.create_table(
        name,
        sa.Column("workspace_id", ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{name}_workspace_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column],
                [f"{table}.workspace_id", f"{table}.id"],
                name=op.f(f"fk_{name}_workspace_id_{column}"),
            )
            for column, table in refers.items()
        ),
        sa.PrimaryKeyConstraint("workspace_id", *key, name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    op.add_column("metrics", sa.Column("computed_from", sa.Text()))
    scoped(
        "event_parts",
        sa.Column("id", ID, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
    )
    scoped(
        "funnels",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("settle_days", sa.Integer(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        created_by="members",
    )
    scoped(
        "event_rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("last_matches", sa.JSON(), nullable=False),
        sa.Column("checked_at", MOMENT),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        created_by="members",
    )
    for table in ("funnels", "event_rules"):
        op.create_index(
            op.f(f"uq_{table}_workspace_id_name"), table, ["workspace_id", "name"], unique=True
        )
    scoped(
        "anomaly_sessions",
        sa.Column("anomaly_id", ID, nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        key=("anomaly_id", "session_id"),
        anomaly_id="anomalies",
        participant_id="participants",
    )
    op.create_index(
        op.f("ix_anomaly_sessions_workspace_id_participant_id"),
        "anomaly_sessions",
        ["workspace_id", "participant_id"],
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
