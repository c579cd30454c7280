"""Runs migrations on the connection that `synth.store.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from synth.store.tables import metadata
from synth.store.tables.base import Utc


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our UTC type as the plain column it is in the database."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
