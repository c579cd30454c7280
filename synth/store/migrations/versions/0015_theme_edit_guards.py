"""Edits of themes cannot be changed or removed; runs keep warnings, and may be incomplete."""

import sqlalchemy as sa
from alembic import op

from synth.store.theme_guards import theme_guard_ddl

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "theme_runs", sa.Column("cautions", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column(
        "theme_runs",
        sa.Column("is_complete", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    for statement in theme_guard_ddl(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
