"""Questions of the link tests to the event log: who had which event how often, who is active."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from synth.core.periods import Period
from synth.metrics.event_queries import ALWAYS, Events
from synth.metrics.types import AnomalyPeople

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


def use_before(events: Events, anomalies: Sequence[AnomalyPeople]) -> dict[str, dict[str, int]]:
    """Return by anomaly on how many of the 28 days before its onset each person had any event.

    Whoever never had an event is left out: nothing is known of them. Days are whole; that of the
    onset is none of them.
    """
    events.active_days()
    onsets = {
        one.anomaly.id: one.anomaly.window.start.date() for one in anomalies if one.anomaly.window
    }
    days = {onset: _active_days(events, onset) for onset in set(onsets.values())}
    return {anomaly: days[onset] for anomaly, onset in onsets.items()}


def _active_days(events: Events, onset: date) -> dict[str, int]:
    rows = events.query.rows(
        "SELECT no, count(*) FILTER (day >= ? AND day < ?) FROM active GROUP BY no",
        onset - USAGE_DAYS,
        onset,
    )
    return {events.people[number]: int(days) for number, days in rows}


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
