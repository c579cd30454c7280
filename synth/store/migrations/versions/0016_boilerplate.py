"""Runs keep fingerprints of the lines that many documents repeat."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "theme_runs", sa.Column("boilerplate", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
