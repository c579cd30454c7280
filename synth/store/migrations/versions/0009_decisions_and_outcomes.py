"""What was decided on an insight, tried, and seen afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_backlog_items()
    _create_insight_decisions()
    _create_insight_labels()
    _create_insight_steps()
    _create_insight_tests()
    _create_backlog_evidence()
    _create_insight_outcomes()
    _create_insight_quotes()


def _create_backlog_items() -> None:
    op.create_table(
        "backlog_items",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("found_in", ID),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("shipped_on", sa.Date()),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_backlog_items_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "found_in"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_backlog_items_workspace_id_found_in"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_backlog_items_workspace_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_backlog_items_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_backlog_items")),
    )
    op.create_index(
        op.f("ix_backlog_items_workspace_id_state"), "backlog_items", ["workspace_id", "state"]
    )


def _create_insight_decisions() -> None:
    op.create_table(
        "insight_decisions",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("deadline", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "decided_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_decisions_workspace_id_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_decisions_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "owner_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_decisions_workspace_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_decisions_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "insight_id", "seq", name=op.f("pk_insight_decisions")
        ),
    )


def _create_insight_labels() -> None:
    op.create_table(
        "insight_labels",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_labels_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "set_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_labels_workspace_id_set_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_labels_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "insight_id", "kind", "value", name=op.f("pk_insight_labels")
        ),
    )
    op.create_index(
        op.f("ix_insight_labels_workspace_id_kind_value"),
        "insight_labels",
        ["workspace_id", "kind", "value"],
    )


def _create_insight_steps() -> None:
    op.create_table(
        "insight_steps",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "by_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_steps_workspace_id_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_steps_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_steps_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "insight_id", "seq", name=op.f("pk_insight_steps")),
    )


def _create_insight_tests() -> None:
    op.create_table(
        "insight_tests",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("split", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_tests_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "recorded_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_tests_workspace_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_tests_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_insight_tests")),
    )
    op.create_index(
        op.f("ix_insight_tests_workspace_id_insight_id"),
        "insight_tests",
        ["workspace_id", "insight_id"],
    )


def _create_backlog_evidence() -> None:
    op.create_table(
        "backlog_evidence",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_backlog_evidence_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "item_id"],
            ["backlog_items.workspace_id", "backlog_items.id"],
            name=op.f("fk_backlog_evidence_workspace_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_backlog_evidence_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "item_id", "insight_id", name=op.f("pk_backlog_evidence")
        ),
    )
    op.create_index(
        op.f("ix_backlog_evidence_workspace_id_insight_id"),
        "backlog_evidence",
        ["workspace_id", "insight_id"],
    )


def _create_insight_outcomes() -> None:
    op.create_table(
        "insight_outcomes",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("test_id", ID, nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("good", sa.String(length=8), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("predicted", sa.Float()),
        sa.Column("before_k", sa.Integer()),
        sa.Column("before_n", sa.Integer()),
        sa.Column("after_k", sa.Integer()),
        sa.Column("after_n", sa.Integer()),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_outcomes_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "recorded_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_outcomes_workspace_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "test_id"],
            ["insight_tests.workspace_id", "insight_tests.id"],
            name=op.f("fk_insight_outcomes_workspace_id_test_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_outcomes_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_insight_outcomes")),
    )
    op.create_index(
        op.f("ix_insight_outcomes_workspace_id_insight_id"),
        "insight_outcomes",
        ["workspace_id", "insight_id"],
    )


def _create_insight_quotes() -> None:
    op.create_table(
        "insight_quotes",
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("insight_id", ID, nullable=False),
        sa.Column("test_id", ID, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("chunk_id", ID, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote_sha256", ID, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_insight_quotes_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "document_id"],
            ["documents.workspace_id", "documents.id"],
            name=op.f("fk_insight_quotes_workspace_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "insight_id"],
            ["insights.workspace_id", "insights.id"],
            name=op.f("fk_insight_quotes_workspace_id_insight_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "recorded_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_insight_quotes_workspace_id_recorded_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "test_id"],
            ["insight_tests.workspace_id", "insight_tests.id"],
            name=op.f("fk_insight_quotes_workspace_id_test_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insight_quotes_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_insight_quotes")),
    )
    op.create_index(
        op.f("ix_insight_quotes_workspace_id_document_id"),
        "insight_quotes",
        ["workspace_id", "document_id"],
    )
    op.create_index(
        op.f("ix_insight_quotes_workspace_id_insight_id"),
        "insight_quotes",
        ["workspace_id", "insight_id"],
    )


def downgrade() -> None:
    raise NotImplementedError("nothing is taken down")
