"""Which participants were united; experiments; marks, other names and holidays of metrics."""

import sqlalchemy as sa
from alembic import op

from synth.store.tables.base import Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("country", sa.String(16)))
    op.add_column("metrics", sa.Column("mark", sa.String(16)))
    op.add_column(
        "metrics", sa.Column("source_names", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("metrics", sa.Column("country", sa.String(16)))
    op.add_column("turns", sa.Column("recorded_as", ID))
    op.add_column("participants", sa.Column("merged_into", ID))
    op.add_column("participants", sa.Column("own", sa.JSON()))
    op.create_index(
        "ix_participants_workspace_id_merged_into", "participants", ["workspace_id", "merged_into"]
    )
    _participant_merges()
    _experiments()


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")


def _scoped(name: str, *items: sa.schema.SchemaItem, key: tuple[str, ...] = ("id",)) -> None:
    op.create_table(
        name,
        sa.Column("workspace_id", ID, nullable=False),
        *items,
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=f"fk_{name}_workspace_id"
        ),
        sa.PrimaryKeyConstraint("workspace_id", *key, name=f"pk_{name}"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{to}.workspace_id", f"{to}.id"],
        name=f"fk_{table}_workspace_id_{column}",
    )


def _participant_merges() -> None:
    name = "participant_merges"
    _scoped(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("kept_id", ID, nullable=False),
        sa.Column("merged_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ground", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("ended_by", ID),
        sa.Column("ended_at", Utc()),
        _refers(name, "kept_id", "participants"),
        _refers(name, "merged_id", "participants"),
        _refers(name, "made_by", "members"),
    )
    op.create_index(f"ix_{name}_workspace_id_state", name, ["workspace_id", "state"])


def _experiments() -> None:
    _scoped(
        "experiments",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", Utc()),
        sa.Column("ends_at", Utc()),
        sa.Column("exposure_event", sa.Text()),
        sa.Column("follows", sa.String(200)),
        sa.Column("imported_by", ID, nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        _refers("experiments", "imported_by", "members"),
        _refers("experiments", "follows", "experiments"),
    )
    _scoped(
        "experiment_arms",
        sa.Column("experiment_id", sa.String(200), nullable=False),
        sa.Column("metric", sa.String(200), nullable=False),
        sa.Column("variant", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("conversions", sa.Integer()),
        sa.Column("mean", sa.Float()),
        sa.Column("sd", sa.Float()),
        _refers("experiment_arms", "experiment_id", "experiments"),
        key=("experiment_id", "metric", "variant"),
    )
    _scoped(
        "experiment_talks",
        sa.Column("experiment_id", sa.String(200), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        _refers("experiment_talks", "experiment_id", "experiments"),
        _refers("experiment_talks", "document_id", "documents"),
        _refers("experiment_talks", "added_by", "members"),
        key=("experiment_id", "document_id"),
    )
    op.create_index(
        "ix_experiment_talks_workspace_id_document_id",
        "experiment_talks",
        ["workspace_id", "document_id"],
    )
