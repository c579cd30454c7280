"""Background work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.schemas.base import Shown


class JobShown(Shown):
    """One piece of background work; ends in done or failed, with a result or a reason."""

    id: str
    kind: str
    arguments: Mapping[str, Any]
    state: str
    step: str | None
    done: int
    total: int
    result: Mapping[str, Any] | None
    error: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
