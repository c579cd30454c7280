"""What every use of DBOS shares: database, serializer, names, version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine

APPLICATION: Final = "synth"

#: Bump only when a running job of the older code could not go on under the newer.
APPLICATION_VERSION: Final = "1"

QUEUE: Final = "synth-jobs"
WORKFLOW: Final = "synth.job"


def serializer() -> DBOSPortableJSONSerializer:
    """Return the JSON serializer: rows never hold pickles, which could run code."""
    return DBOSPortableJSONSerializer()


def engine_url(engine: Engine) -> str:
    """Return the URL of the one database that holds our tables and the engine's."""
    return engine.url.render_as_string(hide_password=False)


def migrate(engine: Engine) -> None:
    """Create or upgrade the engine's own tables, so that jobs can be added before any worker."""
    DBOS.migrate(engine_url(engine))


def open_client(engine: Engine) -> DBOSClient:
    """Return a client that adds jobs on a connection of ours."""
    return DBOSClient(
        system_database_url=engine_url(engine),
        serializer=serializer(),
        application_name=APPLICATION,
        lazy=True,
    )


@contextmanager
def own_client(engine: Engine) -> Iterator[DBOSClient]:
    """Give a client that uses connections of its own, until the block ends."""
    client = open_client(engine)
    try:
        yield client
    finally:
        client.destroy()
