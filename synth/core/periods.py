"""Moments and periods: always UTC, checked at construction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


def require_utc(moment: datetime) -> datetime:
    """Return `moment` if it is UTC; a naive or shifted time raises ValueError."""
    if moment.utcoffset() is None or moment.utcoffset() != UTC.utcoffset(None):
        raise ValueError(f"time must be UTC, found {moment.isoformat()}")
    return moment


def parse_moment(text: str) -> datetime:
    """Return the UTC time of an ISO 8601 date or time; without a zone it is read as UTC.

    Raises:
        ValueError: `text` is no ISO 8601 date.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True, order=True)
class Period:
    """From `start` up to but without `end`, both UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse local times and reversed ends."""
        if require_utc(self.start) > require_utc(self.end):
            raise ValueError(f"period ends before it starts: {self.start} > {self.end}")

    def __contains__(self, moment: datetime) -> bool:
        """Return whether `moment` lies in the period."""
        return self.start <= moment < self.end
