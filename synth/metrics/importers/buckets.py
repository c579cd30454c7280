"""Reads the time labels of a file: days as the calendar days they were counted in, hours as UTC.

A day keeps its own date, whatever zone it was counted in: it is stored at that date, 00:00 UTC. So
a day of 23 or 25 hours is one day, and no day is missing or doubled where clocks change. Hours are
converted by their offset, or by the zone given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from synth.errors import InputError
from synth.metrics.importers.table import FIRST_YEAR, LAST_YEAR

#: Labels that are no ISO 8601: of GA4, of charts.
FORMATS = (
    "%Y%m%d",
    "%Y%m%d%H",
    "%Y%m%d%H%M",
    "%b %d, %Y",
    "%d-%b-%Y",
    "%d-%b-%Y %H:%M",
    "%b %d %Y",
)
DIGITS = re.compile(r"\d{8}(\d{2}){0,2}")

#: One series of a file.
Series = tuple[str, str]


class Buckets:
    """The labels of one file; it has days if every label is a midnight."""

    def __init__(self, labels: Iterable[str | datetime], zone: str | None = None) -> None:
        self.zone = read_zone(zone)
        found = [label for label in map(self._local, labels) if label is not None]
        self.is_daily = bool(found) and all(label.time() == time() for label in found)
        self._seen: set[tuple[Series, datetime]] = set()

    def read(self, label: str | datetime, series: Series, *, column: str = "ts") -> datetime:
        """Return the UTC time of a label.

        An hour that a series has twice because clocks go back is the second one the second time.

        Raises:
            InputError: it is no date, or an hour that the zone never had.
        """
        local = self._local(label)
        if local is None or not FIRST_YEAR <= local.year <= LAST_YEAR:
            raise InputError(
                f"{column} is no date",
                found=str(label)[:60] or "nothing",
                expected="ISO 8601, for example 2026-03-01 or 2026-03-01T09:30:00Z",
            )
        if self.is_daily:
            return local.replace(tzinfo=UTC)
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return self._hour(local, series).astimezone(UTC) if self.zone else local.replace(tzinfo=UTC)

    def _hour(self, wall: datetime, series: Series) -> datetime:
        first = wall.replace(tzinfo=self.zone)
        if first.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall:
            raise InputError(
                f"this hour never was in {self.zone}: clocks go forward", found=str(wall)
            )
        second = first.replace(fold=1)
        if (series, wall) in self._seen and second.utcoffset() != first.utcoffset():
            return second
        self._seen.add((series, wall))
        return first

    def _local(self, label: str | datetime) -> datetime | None:
        """Return the label on the clock it was written by, or None if it is no date."""
        if isinstance(label, datetime):
            return label.astimezone(self.zone) if self.zone and label.tzinfo else label
        return _parse(label.strip())


def read_zone(name: str | None) -> ZoneInfo | None:
    """Return the zone of an IANA name; raises InputError for any other."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            "unknown time zone", found=name[:60], expected="an IANA name like Europe/Berlin"
        ) from None


def is_date(text: str) -> bool:
    """Return whether a cell is a time label of any format."""
    return _parse(text.strip()) is not None


def _parse(text: str) -> datetime | None:
    if not DIGITS.fullmatch(text):
        try:
            return datetime.fromisoformat(text) if len(text) >= len("2026-W01") else None
        except (ValueError, OverflowError):
            pass
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - wall clock, zone comes later
        except ValueError:
            continue
    return None
