"""Who may be contacted, and which experiment an outcome was taken from."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


ADDED: dict[str, list[sa.Column[Any]]] = {
    "participants": [sa.Column("may_contact", sa.Boolean())],
    "insight_tests": [sa.Column("experiment_id", sa.String(200))],
    "insight_outcomes": [
        sa.Column("before_sd", sa.Float()),
        sa.Column("after_sd", sa.Float()),
        sa.Column("experiment_id", sa.String(200)),
        sa.Column("variant", sa.String(200)),
        sa.Column("control", sa.String(200)),
    ],
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
