"""Jobs as people see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

#: Reports (done, total) of the step that runs.
Progress = Callable[[int, int], None]


class JobState(StrEnum):
    """Every job ends in done or failed, and says why."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Return whether nothing follows."""
        return self in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of background work."""

    id: str
    kind: str
    arguments: Mapping[str, Any]  #: ids and numbers only
    state: JobState
    step: str | None
    done: int
    total: int
    result: Mapping[str, Any] | None
    error: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
