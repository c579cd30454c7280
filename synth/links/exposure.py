"""Questions of the link tests to the event log: who had which event how often, who is active."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from synth.core.periods import Period
from synth.metrics.event_queries import ALWAYS, Events

#: Days before an onset in which somebody's use of the product is counted.
USAGE_DAYS = timedelta(days=28)


def count_events(
    events: Events, names: Collection[str], window: Period | None
) -> dict[str, dict[str, int]]:
    """Return by event name how often each person had it in the window; the same row counts once."""
    span = window or ALWAYS
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    rows = events.query.rows(
        """SELECT name, no, count(*) FROM (
            SELECT DISTINCT name, no, ts, value, session_id FROM events
            WHERE list_contains(?, name) AND ts >= ? AND ts < ?)
        GROUP BY name, no""",
        sorted(names),
        _plain(span.start),
        _plain(span.end),
    )
    for name, number, count in rows:
        found[name][events.people[number]] = int(count)
    return found


def active_days(events: Events, onset: datetime) -> dict[str, int]:
    """Return on how many of the 28 days before the onset each person had any event."""
    rows = events.query.rows(
        """SELECT no, count(DISTINCT ts::DATE) FROM events
        WHERE ts >= ? AND ts < ? GROUP BY no""",
        _plain(onset - USAGE_DAYS),
        _plain(onset),
    )
    return {events.people[number]: int(days) for number, days in rows}


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
