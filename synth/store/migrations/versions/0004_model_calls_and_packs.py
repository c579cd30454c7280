"""What calls to a language model cost, what its endpoint understands, and evidence packs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)

ADDED = (
    sa.Column("seed", sa.BigInteger()),
    sa.Column("temperature", sa.Float()),
    sa.Column("requests", sa.Integer()),
    sa.Column("reserved_tokens", sa.Integer()),
    sa.Column("cost_usd", sa.Float()),
    sa.Column("ended_at", MOMENT),
)


def upgrade() -> None:
    for column in ADDED:
        op.add_column("llm_calls", column)
    op.create_index(
        op.f("ix_llm_calls_workspace_id_created_at"), "llm_calls", ["workspace_id", "created_at"]
    )
    op.create_table(
        "llm_endpoints",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("rung", sa.String(length=16)),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("probed_at", MOMENT),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("refilled_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_llm_endpoints_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_llm_endpoints")),
    )
    op.create_table(
        "evidence_packs",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("hypothesis_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("pack", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_evidence_packs_workspace_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "hypothesis_id"],
            ["hypotheses.workspace_id", "hypotheses.id"],
            name=op.f("fk_evidence_packs_workspace_id_hypothesis_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "hypothesis_id", "revision", name=op.f("pk_evidence_packs")
        ),
    )
