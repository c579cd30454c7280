"""Brings a database to the newest schema."""

from __future__ import annotations

from sqlalchemy import Engine

from synth.store.tables import metadata


def upgrade(engine: Engine) -> None:
    """Create or upgrade every table, index and trigger."""
    metadata.create_all(engine)
