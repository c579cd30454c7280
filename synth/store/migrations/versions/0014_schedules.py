"""What was written down as late: decisions on insights, and drafts that waited too long."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "insight_escalations",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_escalations_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_escalations_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "insight_id", "due_on", name=op.f("pk_insight_escalations")
        ),
    )
    op.add_column("review_deadlines", sa.Column("escalated_at", MOMENT, nullable=True))


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
