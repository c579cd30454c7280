"""How the words of each passage read: trouble, fine, or neither."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(length=64)


def upgrade() -> None:
    op.create_table(
        "passage_stances",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("chunk_id", ID, nullable=False),
        sa.Column("stance", sa.String(length=8), nullable=False),
        sa.Column("reader", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_passage_stances_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_passage_stances_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "chunk_id", name=op.f("pk_passage_stances")),
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
