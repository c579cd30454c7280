"""Every table of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "audit_events",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_audit_events_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name=op.f("pk_audit_events")),
    )
    op.create_table(
        "embeddings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=128), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_embeddings_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "model", "text_sha256", name=op.f("pk_embeddings")),
    )
    op.create_table(
        "llm_calls",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt", sa.String(length=64), nullable=False),
        sa.Column("prompt_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("rung", sa.String(length=16), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_llm_calls_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_llm_calls")),
    )
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_members_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_members")),
    )
    op.create_table(
        "metrics",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("good", sa.String(length=8), nullable=False),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("exposure_event", sa.Text(), nullable=True),
        sa.Column("outcome_event", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_metrics_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_metrics")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_metrics_workspace_id_name")),
    )
    op.create_table(
        "participants",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("may_analyse", sa.Boolean(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("may_use_llm", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_participants_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_participants")),
        sa.UniqueConstraint(
            "workspace_id", "number", name=op.f("uq_participants_workspace_id_number")
        ),
    )
    op.create_table(
        "anomalies",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("metric_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("baseline", sa.Float(), nullable=False),
        sa.Column("observed", sa.Float(), nullable=False),
        sa.Column("baseline_k", sa.Integer(), nullable=True),
        sa.Column("baseline_n", sa.Integer(), nullable=True),
        sa.Column("observed_k", sa.Integer(), nullable=True),
        sa.Column("observed_n", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["metrics.workspace_id", "metrics.id"],
            name=op.f("fk_anomalies_workspace_id_metric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_anomalies_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_anomalies")),
    )
    op.create_index(
        op.f("ix_anomalies_workspace_id_is_current"),
        "anomalies",
        ["workspace_id", "is_current"],
        unique=False,
    )
    op.create_table(
        "api_keys",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_api_keys_workspace_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_api_keys_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
    )
    op.create_table(
        "events",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_events_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_events_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_events")),
    )
    op.create_index(
        op.f("ix_events_workspace_id_name_ts"),
        "events",
        ["workspace_id", "name", "ts"],
        unique=False,
    )
    op.create_index(
        op.f("ix_events_workspace_id_participant_id"),
        "events",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "idempotent_requests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_idempotent_requests_workspace_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_idempotent_requests_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "key", "member_id", name=op.f("pk_idempotent_requests")
        ),
    )
    op.create_index(
        op.f("ix_idempotent_requests_created_at"),
        "idempotent_requests",
        ["created_at"],
        unique=False,
    )
    op.create_table(
        "jobs",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_jobs_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_jobs_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index(
        op.f("ix_jobs_workspace_id_created_at"),
        "jobs",
        ["workspace_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "metric_imports",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("imported_by", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "imported_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_metric_imports_workspace_id_imported_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_metric_imports_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_metric_imports")),
    )
    op.create_index(
        op.f("ix_metric_imports_workspace_id_imported_at"),
        "metric_imports",
        ["workspace_id", "imported_at"],
        unique=False,
    )
    op.create_table(
        "observations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("metric_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["metrics.workspace_id", "metrics.id"],
            name=op.f("fk_observations_workspace_id_metric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_observations_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "metric_id", "ts", "segment", name=op.f("pk_observations")
        ),
    )
    op.create_table(
        "participant_ids",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("namespace", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_participant_ids_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_participant_ids_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "namespace", "value", name=op.f("pk_participant_ids")
        ),
    )
    op.create_index(
        op.f("ix_participant_ids_workspace_id_participant_id"),
        "participant_ids",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "person_values",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("metric_id", sa.String(length=64), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("target", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["metrics.workspace_id", "metrics.id"],
            name=op.f("fk_person_values_workspace_id_metric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_person_values_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_person_values_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "metric_id", "participant_id", "ts", name=op.f("pk_person_values")
        ),
    )
    op.create_index(
        op.f("ix_person_values_workspace_id_participant_id"),
        "person_values",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "sources",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_sources_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_sources_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_sources")),
    )
    op.create_index(
        op.f("ix_sources_workspace_id_created_at"),
        "sources",
        ["workspace_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sources_workspace_id_sha256"), "sources", ["workspace_id", "sha256"], unique=False
    )
    op.create_table(
        "theme_runs",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("unthemed", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_theme_runs_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_runs_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_theme_runs")),
    )
    op.create_index(
        op.f("ix_theme_runs_workspace_id_is_current"),
        "theme_runs",
        ["workspace_id", "is_current"],
        unique=False,
    )
    op.create_table(
        "anomaly_people",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("anomaly_id", sa.String(length=64), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=False),
        sa.Column("is_affected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "anomaly_id"],
            ["anomalies.workspace_id", "anomalies.id"],
            name=op.f("fk_anomaly_people_workspace_id_anomaly_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_anomaly_people_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_anomaly_people_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "anomaly_id", "participant_id", name=op.f("pk_anomaly_people")
        ),
    )
    op.create_index(
        op.f("ix_anomaly_people_workspace_id_participant_id"),
        "anomaly_people",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "documents",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("metadata", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "source_id"],
            ["sources.workspace_id", "sources.id"],
            name=op.f("fk_documents_workspace_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_documents_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "workspace_id",
            "external_id",
            "version",
            name=op.f("uq_documents_workspace_id_external_id_version"),
        ),
    )
    op.create_index(
        op.f("ix_documents_workspace_id_is_current_occurred_at"),
        "documents",
        ["workspace_id", "is_current", "occurred_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_workspace_id_source_id"),
        "documents",
        ["workspace_id", "source_id"],
        unique=False,
    )
    op.create_table(
        "effects",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "job_id"],
            ["jobs.workspace_id", "jobs.id"],
            name=op.f("fk_effects_workspace_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_effects_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_effects")),
    )
    op.create_index(
        op.f("ix_effects_workspace_id_job_id"), "effects", ["workspace_id", "job_id"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "key_id"],
            ["api_keys.workspace_id", "api_keys.id"],
            name=op.f("fk_sessions_workspace_id_key_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_sessions_workspace_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_sessions_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_table(
        "source_skips",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "source_id"],
            ["sources.workspace_id", "sources.id"],
            name=op.f("fk_source_skips_workspace_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_source_skips_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "source_id", "ordinal", name=op.f("pk_source_skips")
        ),
    )
    op.create_table(
        "themes",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("titled_by", sa.String(length=64), nullable=True),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["theme_runs.workspace_id", "theme_runs.id"],
            name=op.f("fk_themes_workspace_id_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_themes_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_themes")),
    )
    op.create_index(
        op.f("ix_themes_workspace_id_run_id_rank"),
        "themes",
        ["workspace_id", "run_id", "rank"],
        unique=False,
    )
    op.create_table(
        "chunks",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("overlap", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=True),
        sa.Column("is_evidence", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "document_id"],
            ["documents.workspace_id", "documents.id"],
            name=op.f("fk_chunks_workspace_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_chunks_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_chunks_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_chunks")),
    )
    op.create_index(
        op.f("ix_chunks_workspace_id_document_id_ordinal"),
        "chunks",
        ["workspace_id", "document_id", "ordinal"],
        unique=False,
    )
    op.create_index(
        op.f("ix_chunks_workspace_id_participant_id"),
        "chunks",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "hypotheses",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafter", sa.String(length=128), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("anomaly_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=False),
        sa.Column("held_reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "anomaly_id"],
            ["anomalies.workspace_id", "anomalies.id"],
            name=op.f("fk_hypotheses_workspace_id_anomaly_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "started_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_hypotheses_workspace_id_started_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "theme_id"],
            ["themes.workspace_id", "themes.id"],
            name=op.f("fk_hypotheses_workspace_id_theme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_hypotheses_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_hypotheses")),
    )
    op.create_index(
        op.f("ix_hypotheses_workspace_id_state_created_at"),
        "hypotheses",
        ["workspace_id", "state", "created_at"],
        unique=False,
    )
    op.create_table(
        "links",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("anomaly_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lift", sa.Float(), nullable=True),
        sa.Column("p", sa.Float(), nullable=True),
        sa.Column("q", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "anomaly_id"],
            ["anomalies.workspace_id", "anomalies.id"],
            name=op.f("fk_links_workspace_id_anomaly_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "theme_id"],
            ["themes.workspace_id", "themes.id"],
            name=op.f("fk_links_workspace_id_theme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_links_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_links")),
    )
    op.create_index(
        op.f("ix_links_workspace_id_anomaly_id"),
        "links",
        ["workspace_id", "anomaly_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_links_workspace_id_theme_id"), "links", ["workspace_id", "theme_id"], unique=False
    )
    op.create_table(
        "redactions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("original_start", sa.Integer(), nullable=False),
        sa.Column("original_end", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "document_id"],
            ["documents.workspace_id", "documents.id"],
            name=op.f("fk_redactions_workspace_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_redactions_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "document_id", "start", name=op.f("pk_redactions")),
    )
    op.create_table(
        "turns",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.String(length=64), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "document_id"],
            ["documents.workspace_id", "documents.id"],
            name=op.f("fk_turns_workspace_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "participant_id"],
            ["participants.workspace_id", "participants.id"],
            name=op.f("fk_turns_workspace_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_turns_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "document_id", "ordinal", name=op.f("pk_turns")),
    )
    op.create_index(
        op.f("ix_turns_workspace_id_participant_id"),
        "turns",
        ["workspace_id", "participant_id"],
        unique=False,
    )
    op.create_table(
        "hypothesis_revisions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("hypothesis_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "author_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_hypothesis_revisions_workspace_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "hypothesis_id"],
            ["hypotheses.workspace_id", "hypotheses.id"],
            name=op.f("fk_hypothesis_revisions_workspace_id_hypothesis_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_hypothesis_revisions_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "hypothesis_id", "revision", name=op.f("pk_hypothesis_revisions")
        ),
    )
    op.create_table(
        "tags",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("metric_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=True),
        sa.Column("chunk_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_by IS NOT NULL", name=op.f("ck_tags_person_confirms")
        ),
        sa.CheckConstraint(
            "(theme_id IS NULL) <> (chunk_id IS NULL)", name=op.f("ck_tags_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_tags_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "decided_by"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_tags_workspace_id_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "metric_id"],
            ["metrics.workspace_id", "metrics.id"],
            name=op.f("fk_tags_workspace_id_metric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "theme_id"],
            ["themes.workspace_id", "themes.id"],
            name=op.f("fk_tags_workspace_id_theme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_tags_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_tags")),
    )
    op.create_index(
        op.f("ix_tags_workspace_id_theme_id"), "tags", ["workspace_id", "theme_id"], unique=False
    )
    op.create_table(
        "theme_members",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("chunk_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=True),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("exemplar_rank", sa.Integer(), nullable=True),
        sa.Column("unthemed_reason", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_theme_members_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["theme_runs.workspace_id", "theme_runs.id"],
            name=op.f("fk_theme_members_workspace_id_run_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "theme_id"],
            ["themes.workspace_id", "themes.id"],
            name=op.f("fk_theme_members_workspace_id_theme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_theme_members_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "run_id", "chunk_id", name=op.f("pk_theme_members")
        ),
    )
    op.create_index(
        op.f("ix_theme_members_workspace_id_theme_id"),
        "theme_members",
        ["workspace_id", "theme_id"],
        unique=False,
    )
    op.create_table(
        "citations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("hypothesis_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("chunk_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "chunk_id"],
            ["chunks.workspace_id", "chunks.id"],
            name=op.f("fk_citations_workspace_id_chunk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "document_id"],
            ["documents.workspace_id", "documents.id"],
            name=op.f("fk_citations_workspace_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "hypothesis_id", "revision"],
            [
                "hypothesis_revisions.workspace_id",
                "hypothesis_revisions.hypothesis_id",
                "hypothesis_revisions.revision",
            ],
            name=op.f("fk_citations_workspace_id_hypothesis_id_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_citations_workspace_id")
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "hypothesis_id", "revision", "ordinal", name=op.f("pk_citations")
        ),
    )
    op.create_index(
        op.f("ix_citations_workspace_id_document_id"),
        "citations",
        ["workspace_id", "document_id"],
        unique=False,
    )
    op.create_table(
        "reviews",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hypothesis_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revision_sha256", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reason_codes", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "hypothesis_id", "revision"],
            [
                "hypothesis_revisions.workspace_id",
                "hypothesis_revisions.hypothesis_id",
                "hypothesis_revisions.revision",
            ],
            name=op.f("fk_reviews_workspace_id_hypothesis_id_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "reviewer_id"],
            ["members.workspace_id", "members.id"],
            name=op.f("fk_reviews_workspace_id_reviewer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_reviews_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_reviews")),
    )
    op.create_index(
        op.f("ix_reviews_workspace_id_hypothesis_id"),
        "reviews",
        ["workspace_id", "hypothesis_id"],
        unique=False,
    )
    op.create_table(
        "insights",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("hypothesis_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "hypothesis_id"],
            ["hypotheses.workspace_id", "hypotheses.id"],
            name=op.f("fk_insights_workspace_id_hypothesis_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "review_id"],
            ["reviews.workspace_id", "reviews.id"],
            name=op.f("fk_insights_workspace_id_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_insights_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_insights")),
        sa.UniqueConstraint(
            "workspace_id",
            "hypothesis_id",
            "revision",
            name=op.f("uq_insights_workspace_id_hypothesis_id_revision"),
        ),
    )


def downgrade() -> None:
    op.drop_table("insights")
    op.drop_index(op.f("ix_reviews_workspace_id_hypothesis_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_citations_workspace_id_document_id"), table_name="citations")
    op.drop_table("citations")
    op.drop_index(op.f("ix_theme_members_workspace_id_theme_id"), table_name="theme_members")
    op.drop_table("theme_members")
    op.drop_index(op.f("ix_tags_workspace_id_theme_id"), table_name="tags")
    op.drop_table("tags")
    op.drop_table("hypothesis_revisions")
    op.drop_index(op.f("ix_turns_workspace_id_participant_id"), table_name="turns")
    op.drop_table("turns")
    op.drop_table("redactions")
    op.drop_index(op.f("ix_links_workspace_id_theme_id"), table_name="links")
    op.drop_index(op.f("ix_links_workspace_id_anomaly_id"), table_name="links")
    op.drop_table("links")
    op.drop_index(op.f("ix_hypotheses_workspace_id_state_created_at"), table_name="hypotheses")
    op.drop_table("hypotheses")
    op.drop_index(op.f("ix_chunks_workspace_id_participant_id"), table_name="chunks")
    op.drop_index(op.f("ix_chunks_workspace_id_document_id_ordinal"), table_name="chunks")
    op.drop_table("chunks")
    op.drop_index(op.f("ix_themes_workspace_id_run_id_rank"), table_name="themes")
    op.drop_table("themes")
    op.drop_table("source_skips")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_effects_workspace_id_job_id"), table_name="effects")
    op.drop_table("effects")
    op.drop_index(op.f("ix_documents_workspace_id_source_id"), table_name="documents")
    op.drop_index(op.f("ix_documents_workspace_id_is_current_occurred_at"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(
        op.f("ix_anomaly_people_workspace_id_participant_id"), table_name="anomaly_people"
    )
    op.drop_table("anomaly_people")
    op.drop_index(op.f("ix_theme_runs_workspace_id_is_current"), table_name="theme_runs")
    op.drop_table("theme_runs")
    op.drop_index(op.f("ix_sources_workspace_id_sha256"), table_name="sources")
    op.drop_index(op.f("ix_sources_workspace_id_created_at"), table_name="sources")
    op.drop_table("sources")
    op.drop_index(op.f("ix_person_values_workspace_id_participant_id"), table_name="person_values")
    op.drop_table("person_values")
    op.drop_index(
        op.f("ix_participant_ids_workspace_id_participant_id"), table_name="participant_ids"
    )
    op.drop_table("participant_ids")
    op.drop_table("observations")
    op.drop_index(op.f("ix_metric_imports_workspace_id_imported_at"), table_name="metric_imports")
    op.drop_table("metric_imports")
    op.drop_index(op.f("ix_jobs_workspace_id_created_at"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_idempotent_requests_created_at"), table_name="idempotent_requests")
    op.drop_table("idempotent_requests")
    op.drop_index(op.f("ix_events_workspace_id_participant_id"), table_name="events")
    op.drop_index(op.f("ix_events_workspace_id_name_ts"), table_name="events")
    op.drop_table("events")
    op.drop_table("api_keys")
    op.drop_index(op.f("ix_anomalies_workspace_id_is_current"), table_name="anomalies")
    op.drop_table("anomalies")
    op.drop_table("participants")
    op.drop_table("metrics")
    op.drop_table("members")
    op.drop_table("llm_calls")
    op.drop_table("embeddings")
    op.drop_table("audit_events")
    op.drop_table("workspaces")
