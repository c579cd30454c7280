"""Investigations: triggers, briefs, targets and deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("tags", sa.Column("event", sa.Text()))
    op.create_table(
        "triggers",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("min_affected", sa.Integer(), nullable=False),
        sa.Column("min_change", sa.Float(), nullable=False),
        sa.Column("only_worse", sa.Boolean(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_triggers_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_triggers_workspace_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_triggers_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_triggers")),
    )
    op.create_table(
        "investigations",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("anomaly_id", ID, nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("talks_target", sa.Integer(), nullable=False),
        sa.Column("replays_target", sa.Integer(), nullable=False),
        sa.Column("trigger_id", ID, nullable=True),
        sa.Column("triggered_at", MOMENT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(anomaly_id IS NULL) <> (account IS NULL)", name=op.f("ck_investigations_one_subject")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decided_by IS NOT NULL",
            name=op.f("ck_investigations_person_decides"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "anomaly_id"],
            ["anomalies.workspace_id", "anomalies.id"],
            name=op.f("fk_investigations_workspace_id_anomaly_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "decided_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigations_workspace_id_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "opened_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigations_workspace_id_opened_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigations_workspace_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "trigger_id"],
            ["triggers.workspace_id", "triggers.id"],
            name=op.f("fk_investigations_workspace_id_trigger_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_investigations_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_investigations")),
    )
    op.create_index(
        op.f("ix_investigations_workspace_id_anomaly_id"),
        "investigations",
        ["workspace_id", "anomaly_id"],
        unique=False,
    )
    op.create_table(
        "investigation_findings",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("investigation_id", ID, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("removed_by", ID, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "added_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigation_findings_workspace_id_added_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "investigation_id"],
            ["investigations.workspace_id", "investigations.id"],
            name=op.f("fk_investigation_findings_workspace_id_investigation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "removed_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigation_findings_workspace_id_removed_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_investigation_findings_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_investigation_findings")),
    )
    op.create_index(
        op.f("ix_investigation_findings_workspace_id_investigation_id"),
        "investigation_findings",
        ["workspace_id", "investigation_id"],
        unique=False,
    )
    op.create_table(
        "investigation_watches",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("investigation_id", ID, nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("watched_by", ID, nullable=False),
        sa.Column("watched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "investigation_id"],
            ["investigations.workspace_id", "investigations.id"],
            name=op.f("fk_investigation_watches_workspace_id_investigation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "watched_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_investigation_watches_workspace_id_watched_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_investigation_watches_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "investigation_id", "session_id", name=op.f("pk_investigation_watches")
        ),
    )
    op.create_table(
        "impact_terms",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("investigation_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("edited_by", ID, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "edited_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_impact_terms_workspace_id_edited_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "investigation_id"],
            ["investigations.workspace_id", "investigations.id"],
            name=op.f("fk_impact_terms_workspace_id_investigation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_impact_terms_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "investigation_id", "position", name=op.f("pk_impact_terms")
        ),
    )
    op.create_table(
        "health_formulas",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("usage", sa.Float(), nullable=False),
        sa.Column("nps", sa.Float(), nullable=False),
        sa.Column("tickets", sa.Float(), nullable=False),
        sa.Column("nps_metric", sa.Text(), nullable=False),
        sa.Column("fall", sa.Float(), nullable=False),
        sa.Column("min_people", sa.Integer(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("edited_by", ID, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_health_formulas_workspace_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "edited_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_health_formulas_workspace_id_edited_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_health_formulas_workspace_id_owner_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_health_formulas")),
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
