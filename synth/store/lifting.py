"""Opens append-only tables for the one act that must reach them: taking back a person's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, text

_TRIGGERS = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
    "AND tbl_name IN :tables AND name IN :names"
).bindparams(bindparam("tables", expanding=True), bindparam("names", expanding=True))


@contextmanager
def lifted(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Let rows of append-only `tables` be changed until the block ends.

    Only in this transaction: nobody else can write these tables before it ends with the guards in
    place, and where it fails they never were away. On Postgres the tables must belong to the role
    that Synth uses, as they do where Synth migrated them.
    """
    if connection.dialect.name == "postgresql":
        _switch(connection, tables, "DISABLE")
        yield
        _switch(connection, tables, "ENABLE")
        return
    names = [f"guard_{table}_no_update" for table in tables]
    found = connection.execute(_TRIGGERS, {"tables": tables, "names": names}).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in found:
        connection.exec_driver_sql(str(statement))


def _switch(connection: Connection, tables: Sequence[str], act: str) -> None:
    for table in tables:
        connection.exec_driver_sql(
            f"ALTER TABLE {table} {act} TRIGGER guard_{table}_append_only_row"
        )
