"""Column types, and the two shapes every table uses: the workspace leads each key and reference."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.schema import SchemaItem

from synth.core.periods import require_utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)


class Utc(TypeDecorator[datetime]):
    """A UTC time; refuses any other, and gives UTC back on databases that forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Check the zone; SQLite stores the bare UTC time."""
        if value is None:
            return None
        moment = require_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def scoped_table(name: str, *items: SchemaItem, key: tuple[str, ...] = ("id",)) -> Table:
    """Return a table whose primary key is the workspace and `key`."""
    workspace = Column("workspace_id", ID, ForeignKey("workspaces.id"), primary_key=True)
    for item in items:
        if isinstance(item, Column) and item.name in key:
            item.primary_key, item.nullable = True, False
    return Table(name, metadata, workspace, *items)


def refers(column: str, table: str, to: str = "id", **options: Any) -> ForeignKeyConstraint:
    """Return a reference that can only point into the same workspace."""
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", f"{table}.{to}"], **options
    )
