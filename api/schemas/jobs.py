"""Background work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.schemas.base import Shown
from synth.jobs.schedules import Punctuality


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


class ScheduleShown(Shown):
    """Work that comes back by itself, and how far it is."""

    kind: str
    what: str
    every_hours: float
    last_due_at: datetime | None  #: null: none was due since the workspace exists
    last_job: JobShown | None
    next_due_at: datetime
    is_behind: bool  #: a whole moment passed without a job: no worker runs

    @classmethod
    def of(cls, found: Punctuality) -> ScheduleShown:
        """Return how far a schedule is, as clients read it."""
        return cls(
            kind=found.schedule.kind,
            what=found.schedule.what,
            every_hours=found.schedule.every.total_seconds() / 3600,
            last_due_at=found.last_due_at,
            last_job=JobShown.model_validate(found.last) if found.last else None,
            next_due_at=found.next_at,
            is_behind=found.is_behind,
        )
