"""What the weekly rhythm records: key metrics, answers of the survey, reviews held."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_confidence_answers()
    _create_fusion_reviews()
    _create_key_metrics()


def _create_confidence_answers() -> None:
    op.create_table(
        "confidence_answers",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_confidence_answers_workspace_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_confidence_answers_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "member_id", "quarter", name=op.f("pk_confidence_answers")
        ),
    )


def _create_fusion_reviews() -> None:
    op.create_table(
        "fusion_reviews",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("held_by", ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "held_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_fusion_reviews_workspace_id_held_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_fusion_reviews_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "held_on", name=op.f("pk_fusion_reviews")),
    )


def _create_key_metrics() -> None:
    op.create_table(
        "key_metrics",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("metric_id", ID, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["metrics.workspace_id", "metrics.id"],
            name=op.f("fk_key_metrics_workspace_id_metric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "set_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_key_metrics_workspace_id_set_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_key_metrics_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "metric_id", name=op.f("pk_key_metrics")),
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
