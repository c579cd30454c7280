"""Databases for tests: migrated once in a process, then copied; nobody waits for the disk.

What a test writes need not outlive a power cut, so that neither database waits until its bytes are
on the disk. Processes that tests start keep the product's own settings.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from synth.bootstrap import build_services
from synth.jobs.engine import migrate as migrate_jobs
from synth.services import Services
from synth.settings import Settings
from synth.store.engine import open_engine, sqlite_url
from synth.store.migrate import upgrade
from tests.fakes import HashEmbedder


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema, ours and the job engine's."""
    engine = open_engine(url)
    upgrade(engine)
    migrate_jobs(engine)
    engine.dispose()


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        migrate(sqlite_url(Path(folder)))
        return (Path(folder) / "synth.db").read_bytes()


def place_database(folder: Path) -> Path:
    """Put a migrated SQLite database in `folder`, made if need be; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "synth.db").write_bytes(_migrated_file())
    return folder


def fast_services(folder: Path, **values: object) -> Services:
    """Return services over a migrated database in `folder`, with a fast embedder."""
    settings = Settings.model_validate({"data_dir": place_database(folder), **values})
    return build_services(settings, embedder=HashEmbedder())


def create_database(server: str, name: str, template: str = "template0") -> str:
    """Create a database on a Postgres server and return its URL."""
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def administer(server: str, *statements: str) -> None:
    """Run statements outside a transaction on a Postgres server."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def hurry_postgres(server: str) -> None:
    """Let a Postgres server answer before its bytes are on the disk."""
    names = ("fsync", "synchronous_commit", "full_page_writes")
    administer(server, *(f"ALTER SYSTEM SET {name} = off" for name in names))
    administer(server, "SELECT pg_reload_conf()")


def _hurry_sqlite(connection: object, entry: ConnectionPoolEntry, _proxy: object) -> None:
    if isinstance(connection, sqlite3.Connection) and "hurried" not in entry.info:
        connection.execute("PRAGMA synchronous=OFF")
        entry.info["hurried"] = True


event.listen(Pool, "checkout", _hurry_sqlite)


@contextmanager
def waiting_for_the_disk() -> Iterator[None]:
    """Leave new connections to SQLite the product's own setting."""
    event.remove(Pool, "checkout", _hurry_sqlite)
    try:
        yield
    finally:
        event.listen(Pool, "checkout", _hurry_sqlite)
