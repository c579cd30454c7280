"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from fastapi import Request

from api.deps import services_of
from api.guarding import router as guarded_router
from api.schemas.base import Shown
from synth.access.repo import workspace_ids

router = guarded_router("health")


class Health(Shown):
    """Alive or ready."""

    status: str


@router.get("/healthz")
def is_alive() -> Health:
    """Answer as long as the process lives."""
    return Health(status="alive")


@router.get("/readyz")
def is_ready(request: Request) -> Health:
    """Answer once the database does, else 503."""
    with services_of(request).engine.connect() as connection:
        connection.execution_options(reading=True)
        workspace_ids(connection)
    return Health(status="ready")
