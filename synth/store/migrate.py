"""Brings a database to the newest schema."""

from __future__ import annotations

from sqlalchemy import Engine

from synth.store.fulltext import fulltext_ddl
from synth.store.guards import guard_ddl
from synth.store.tables import metadata


def upgrade(engine: Engine) -> None:
    """Create or upgrade every table, index and trigger."""
    metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in (*fulltext_ddl(engine.dialect.name), *guard_ddl(engine.dialect.name)):
            connection.exec_driver_sql(statement)
