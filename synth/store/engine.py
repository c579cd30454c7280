"""Opens the database: SQLite with safe pragmas, or a Postgres pool, by URL."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event

from synth.core.fingerprints import canonical_json

BUSY_TIMEOUT_MS = 30_000

#: Memory per connection for pages of the file; SQLite's own 2 MiB read them twice in one query.
CACHE_KIB = 64 * 1024


def sqlite_url(data_dir: Path) -> str:
    """Return the URL of the SQLite database in `data_dir`."""
    return f"sqlite:///{data_dir.resolve() / 'synth.db'}"


def open_engine(url: str) -> Engine:
    """Return an engine for `url`; a SQLite file is created in WAL mode with full sync."""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    return create_engine(
        url,
        json_serializer=canonical_json,
        hide_parameters=True,  # an error's text must not carry rows into logs
        pool_pre_ping=True,
        pool_size=10,
    )


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url, json_serializer=canonical_json, hide_parameters=True, pool_size=10, max_overflow=40
    )

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: upgrading a read lock later could only fail.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
