"""Leaves nothing of deleted and changed rows in the database's files."""

from __future__ import annotations

import time
from contextlib import closing

from sqlalchemy import Engine

from synth.errors import BackendError

#: How often, a second apart, the log is asked to be emptied while others still read from it.
TRIES = 20

BUSY = "the database's log could not be emptied: something reads all the time; it is tried again"


def compact(engine: Engine) -> None:
    """Rewrite the database without what was deleted or changed; nobody's transaction is cut off.

    SQLite: the file is written anew and its log emptied, so that no byte is left. Postgres: a
    plain VACUUM; pages and its log keep bytes until they are used again.

    Raises:
        BackendError: readers kept the log of SQLite from being emptied.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        return
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
        # The word index keeps the words of removed rows until its parts are merged.
        cursor.execute("INSERT INTO chunk_words(chunk_words) VALUES('optimize')")
        cursor.execute("VACUUM")
        for _ in range(TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            if row is not None and row[0] == 0:
                return
            time.sleep(1)
    raise BackendError(BUSY)
