"""Workspaces, members, keys, sessions, repeated requests."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint

from synth.store.tables.base import ID, Utc, metadata, refers, scoped_table

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("country", String(16)),
)

members = scoped_table(
    "members",
    Column("id", ID),
    Column("name", Text, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
)

api_keys = scoped_table(
    "api_keys",
    Column("id", ID),
    Column("member_id", ID, nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("last_used_at", Utc),
    Column("revoked_at", Utc),
    refers("member_id", "members"),
    UniqueConstraint("hash"),
)

#: A browser session, begun by showing an API key once.
sessions = scoped_table(
    "sessions",
    Column("id", ID),
    Column("key_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    refers("member_id", "members"),
    refers("key_id", "api_keys"),
    UniqueConstraint("token_hash"),
)

#: The answer given to an `Idempotency-Key`, so that a repeat gets the same one.
idempotent_requests = scoped_table(
    "idempotent_requests",
    Column("key", String(200)),
    Column("member_id", ID),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    Column("created_at", Utc, nullable=False),
    refers("member_id", "members"),
    Index(None, "created_at"),
    key=("key", "member_id"),
)
