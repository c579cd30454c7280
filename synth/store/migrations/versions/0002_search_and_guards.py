"""The word index, and the triggers that hold the review gate and the audit trail."""

from alembic import op

from synth.store.fulltext import fulltext_ddl
from synth.store.guards import guard_ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*fulltext_ddl(dialect), *guard_ddl(dialect)):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("the guards are not taken down")
