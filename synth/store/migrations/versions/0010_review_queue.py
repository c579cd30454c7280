"""Leases, deadlines, duplicates, canaries and rules of the review queue, and their guards."""

import sqlalchemy as sa
from alembic import op

from synth.store.queue_guards import queue_guard_ddl

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create(
        "review_settings",
        sa.Column("reviewers_needed", sa.Integer(), nullable=False),
        sa.Column("canary_rate", sa.Float(), nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "reviewers_needed >= 1", name=op.f("ck_review_settings_somebody_reviews")
        ),
        sa.CheckConstraint(
            "canary_rate >= 0 AND canary_rate <= 0.5",
            name=op.f("ck_review_settings_more_drafts_than_canaries"),
        ),
        key=(),
        refers={"changed_by": "members"},
    )
    _create(
        "review_claims",
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        key=("hypothesis_id",),
        refers={"hypothesis_id": "hypotheses", "member_id": "members"},
    )
    _create(
        "review_openings",
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        key=("hypothesis_id", "revision", "member_id"),
        refers={"hypothesis_id": "hypotheses", "member_id": "members"},
    )
    _create(
        "review_deadlines",
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("set_by", ID, nullable=False),
        key=("hypothesis_id",),
        refers={"hypothesis_id": "hypotheses", "set_by": "members"},
    )
    _create_merges_and_canaries()
    dialect = op.get_bind().dialect.name
    for statement in queue_guard_ddl(dialect):
        op.get_bind().exec_driver_sql(statement)


def _create_merges_and_canaries() -> None:
    _create(
        "draft_merges",
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("survivor_id", ID, nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        key=("hypothesis_id", "seq"),
        refers={
            "hypothesis_id": "hypotheses", "survivor_id": "hypotheses", "member_id": "members",
        },
    )  # fmt: skip
    op.create_index(
        op.f("ix_draft_merges_workspace_id_survivor_id"),
        "draft_merges",
        ["workspace_id", "survivor_id"],
    )
    _create(
        "canaries",
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("made_from", ID, nullable=False),
        sa.Column("planted_at", MOMENT, nullable=False),
        key=("hypothesis_id",),
        refers={"hypothesis_id": "hypotheses", "made_from": "hypotheses"},
    )


def _create(
    table: str,
    *items: sa.schema.SchemaItem,
    key: tuple[str, ...],
    refers: dict[str, str],
) -> None:
    """Create a table whose key and references carry the workspace."""
    op.create_table(
        table,
        sa.Column("workspace_id", ID, nullable=False),
        *items,
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column],
                [f"{other}.workspace_id", f"{other}.id"],
                name=op.f(f"fk_{table}_workspace_id_{column}"),
            )
            for column, other in refers.items()
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", *key, name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
