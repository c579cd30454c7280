"""Questions to the event log, joined to the people it names as they are known today."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from synth.backends.event_log import EventLog, EventQuery
from synth.core.periods import Period
from synth.metrics import event_repo
from synth.metrics.funnels import Coverage, Paths
from synth.metrics.series import DAY, HOUR
from synth.metrics.types import Event, PersonValue, Session
from synth.people import repo as people_repo
from synth.people.types import Role
from synth.store.unit_of_work import UnitOfWork

#: Sessions kept of one anomaly, and of one person in it.
MOST_SESSIONS, PER_PERSON = 100, 3

#: When events can lie.
ALWAYS = Period(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))

#: Part of the days of one weekday that must have events before an empty one is a gap.
USUAL = 0.5


@dataclass(frozen=True, kw_only=True)
class Named:
    """One event name and how much of it there is."""

    name: str
    events: int
    people: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Events:
    """The events of people who may be analysed; merges and consent count from the moment given."""

    query: EventQuery
    people: Sequence[str]  #: participant ids; their places are the numbers in the log's view

    def outcomes(
        self, exposure: str, outcome: str, window: Period | None = None
    ) -> dict[str, bool]:
        """Return who had one event in the window, and whether the other ever followed the first."""
        span = window or ALWAYS
        rows = self.query.rows(
            """SELECT no, coalesce(any_value(last_one) >= min(ts), false) FROM events
            LEFT JOIN (SELECT no, max(ts) AS last_one FROM events WHERE name = ? GROUP BY no)
            USING (no) WHERE name = ? AND ts >= ? AND ts < ? GROUP BY no ORDER BY no""",
            outcome,
            exposure,
            _plain(span.start),
            _plain(span.end),
        )
        return {self.people[no]: bool(followed) for no, followed in rows}

    def names(self) -> list[Named]:
        """Return every event name: the vocabulary of funnels, rules and tags."""
        rows = self.query.rows(
            """SELECT name, count(*), count(DISTINCT no), min(ts), max(ts) FROM events
            GROUP BY name ORDER BY 2 DESC, 1"""
        )
        return [
            Named(
                name=name,
                events=count,
                people=people,
                first_at=first.replace(tzinfo=UTC),
                last_at=last.replace(tzinfo=UTC),
            )
            for name, count, people, first, last in rows
        ]

    def name_counts(self) -> dict[str, int]:
        """Return how often each event name occurs, whoever had it: quick at any size."""
        rows = self.query.rows(
            "SELECT name, count(*) FROM everything GROUP BY name ORDER BY 2 DESC, 1"
        )
        return {name: int(count) for name, count in rows}

    def coverage(self, *, settle_days: int = 0) -> Coverage | None:
        """Return which days there are events of, whoever had them; None without any.

        The hour of the last event counts as over. A day without events is a gap where most of the
        same weekdays have some.
        """
        rows = self.query.rows("SELECT DISTINCT ts::DATE FROM log ORDER BY 1")
        if not rows:
            return None
        seen = {datetime(d.year, d.month, d.day, tzinfo=UTC) for (d,) in rows}
        (latest,) = self.query.rows("SELECT max(ts) FROM log")[0]
        first, last = min(seen), max(seen)
        days = [first + number * DAY for number in range((last - first) // DAY + 1)]
        usual = {
            weekday: np.mean([day in seen for day in days if day.weekday() == weekday])
            for weekday in {day.weekday() for day in days}
        }
        gaps = {d for d in days if d not in seen and usual[d.weekday()] > USUAL}
        end = latest.replace(minute=0, second=0, microsecond=0, tzinfo=UTC) + HOUR
        return Coverage(last=end - settle_days * DAY, gaps=gaps)

    def paths(self, steps: Sequence[str], window: timedelta) -> Paths:
        """Return each person's first way through the steps, in order and within the window.

        The first step counts at its first time ever; each later one at its first time after the
        step before it. Memory grows with people, not with events.
        """
        self.query.run(
            """CREATE OR REPLACE TEMP TABLE step_1 AS
            SELECT no, min(ts) AS entry, entry AS reached FROM events WHERE name = ? GROUP BY no""",
            steps[0],
        )
        for number, step in enumerate(steps[1:], start=2):
            self.query.run(
                f"""CREATE OR REPLACE TEMP TABLE step_{number} AS
                SELECT e.no, any_value(p.entry) AS entry, min(e.ts) AS reached
                FROM events e JOIN step_{number - 1} p ON p.no = e.no
                WHERE e.name = ? AND e.ts >= p.reached AND e.ts <= p.entry + to_seconds(?)
                GROUP BY e.no""",
                step,
                round(window.total_seconds()),
            )
        columns = ", ".join(f"step_{n}.reached AS t{n}" for n in range(1, len(steps) + 1))
        joins = " ".join(
            f"LEFT JOIN step_{n} ON step_{n}.no = step_1.no" for n in range(2, len(steps) + 1)
        )
        found = self.query.columns(
            f"SELECT step_1.no AS no, {columns} FROM step_1 {joins} ORDER BY step_1.no"
        )
        times = [found[f"t{n}"].astype("datetime64[us]") for n in range(1, len(steps) + 1)]
        return Paths(people=[self.people[no] for no in found["no"]], times=np.stack(times, axis=1))

    def active_days(self) -> None:
        """Make `active(day, no)`: who had any event on which day."""
        self.query.run(
            """CREATE TEMP TABLE IF NOT EXISTS active AS
            SELECT DISTINCT ts::DATE AS day, no FROM events"""
        )

    def daily_people(self, name: str, members: Sequence[int] | None) -> list[tuple[Any, int, int]]:
        """Return (day, people with the event, people with any event), of some people or of all."""
        self.active_days()
        if members is not None:
            self.query.run("DROP TABLE IF EXISTS members")
            self.query.table("members", {"no": np.asarray(members, dtype=np.int32)})
        inside = "" if members is None else "SEMI JOIN members USING (no)"
        rows = self.query.rows(
            f"""SELECT day, count(hit.no), count(*) FROM (FROM active {inside}) AS active
            LEFT JOIN (SELECT DISTINCT ts::DATE AS day, no FROM events WHERE name = ?) AS hit
            USING (day, no) GROUP BY day ORDER BY day""",
            name,
        )
        return [(datetime(d.year, d.month, d.day, tzinfo=UTC), int(k), int(n)) for d, k, n in rows]

    def active(self, window: Period) -> frozenset[str]:
        """Return who had any event in the window."""
        return self._people("SELECT DISTINCT no FROM events WHERE ts >= ? AND ts < ?", window)

    def having(self, name: str, window: Period) -> frozenset[str]:
        """Return who had the event in the window."""
        return self._people(
            "SELECT DISTINCT no FROM events WHERE ts >= ? AND ts < ? AND name = ?", window, name
        )

    def first_times(self, name: str, *, since: datetime | None = None) -> dict[str, datetime]:
        """Return when each person first had the event, counted from `since`."""
        rows = self.query.rows(
            "SELECT no, min(ts) FROM events WHERE name = ? AND ts >= ? GROUP BY no",
            name,
            _plain(since or ALWAYS.start),
        )
        return {self.people[no]: ts.replace(tzinfo=UTC) for no, ts in rows}

    def repeating(self, name: str, window: Period, *, times: int, within: timedelta) -> list[Event]:
        """Return who had the event so many times within so long a time, each once.

        `ts` is when that was first so, `value` the most times it was. The same row given twice
        counts once.
        """
        rows = self.query.rows(
            """SELECT no, min(ts) FILTER (run >= ?), max(run) FROM (
                SELECT no, ts, count(*) OVER (PARTITION BY no ORDER BY ts
                    RANGE BETWEEN to_microseconds(?) PRECEDING AND CURRENT ROW) AS run
                FROM (SELECT DISTINCT no, ts, value, session_id FROM events
                      WHERE name = ? AND ts >= ? AND ts < ?))
            GROUP BY no HAVING max(run) >= ? ORDER BY no""",
            times,
            round(within.total_seconds() * 1e6),
            name,
            _plain(window.start),
            _plain(window.end),
            times,
        )
        return [
            Event(participant_id=self.people[no], ts=ts.replace(tzinfo=UTC), name=name, value=run)
            for no, ts, run in rows
        ]

    def values(self, name: str, window: Period | None = None) -> list[PersonValue]:
        """Return the median value that each person's events of this name had in the window."""
        span = window or ALWAYS
        rows = self.query.rows(
            """SELECT no, max(ts), median(value) FROM events
            WHERE name = ? AND ts >= ? AND ts < ? AND value IS NOT NULL GROUP BY no ORDER BY no""",
            name,
            _plain(span.start),
            _plain(span.end),
        )
        return [
            PersonValue(participant_id=self.people[no], ts=ts.replace(tzinfo=UTC), value=value)
            for no, ts, value in rows
        ]

    def sessions(
        self, people: Collection[str], names: Collection[str], window: Period | None
    ) -> list[Session]:
        """Return recorded sessions of these people with one of the events, few of each person."""
        if not people or not names:
            return []
        self.query.run("DROP TABLE IF EXISTS members")
        places = {person: place for place, person in enumerate(self.people)}
        wanted = [places[one] for one in people if one in places]
        self.query.table("members", {"no": np.asarray(wanted, dtype=np.int32)})
        span = window or ALWAYS
        rows = self.query.rows(
            f"""SELECT session_id, no, name, seen FROM (
                SELECT *, row_number() OVER (PARTITION BY no ORDER BY seen DESC, session_id) AS nth
                FROM (
                    SELECT session_id, arg_min(no, ts) AS no, arg_min(name, ts) AS name,
                           min(ts) AS seen
                    FROM events SEMI JOIN members USING (no)
                    WHERE list_contains(?, name) AND session_id IS NOT NULL AND ts >= ? AND ts < ?
                    GROUP BY session_id))
            WHERE nth <= {PER_PERSON} ORDER BY nth, seen DESC, session_id LIMIT {MOST_SESSIONS}""",
            sorted(names),
            _plain(span.start),
            _plain(span.end),
        )
        return [
            Session(
                session_id=session,
                participant_id=self.people[no],
                event=name,
                at=seen.replace(tzinfo=UTC),
            )
            for session, no, name, seen in rows
        ]

    def _people(self, sql: str, window: Period, *more: object) -> frozenset[str]:
        rows = self.query.rows(sql, _plain(window.start), _plain(window.end), *more)
        return frozenset(self.people[no] for (no,) in rows)


@contextmanager
def asking_events(log: EventLog, uow: UnitOfWork) -> Iterator[Events]:
    """Give the events of the workspace, as its parts and people are known to `uow`."""
    parts = [part.id for part in event_repo.list_parts(uow)]
    with log.asking(uow.workspace_id, parts) as query:
        people, keys = _people_keys(uow)
        _add_old(query, uow)
        query.table("people", keys)
        query.run(
            """CREATE VIEW events AS SELECT people.no, ts, name, value, session_id
            FROM everything JOIN people USING (user_key)"""
        )
        yield Events(query, people)


def user_key(namespace: str, value: str) -> str:
    """Return the key events are kept under: what a participant is found by, in one text."""
    return f"{namespace}:{value}"


def _people_keys(uow: UnitOfWork) -> tuple[list[str], Mapping[str, Any]]:
    """Return the participants who may be analysed, and which key leads to which of them."""
    counted = sorted(
        one.id
        for one in people_repo.load(uow).values()
        if one.role is Role.PARTICIPANT and one.consent.analyse
    )
    places = {person: place for place, person in enumerate(counted)}
    keys = {
        user_key(*key): places[person]
        for key, person in people_repo.user_keys(uow).items()
        if person in places
    }
    roots = people_repo.united(uow) | {person: person for person in places}
    keys |= {user_key("id", one): places[root] for one, root in roots.items() if root in places}
    texts = np.array([*keys, None], dtype=object)[:-1]
    return counted, {"user_key": texts, "no": np.array([*keys.values()], dtype=np.int32)}


def _add_old(query: EventQuery, uow: UnitOfWork) -> None:
    """Make `everything`: the log, with the events of the time before it."""
    has_old = False
    for rows in event_repo.old_events(uow):
        has_old = True
        texts = {
            "user_key": [user_key("id", row["participant_id"]) for row in rows],
            "name": [row["name"] for row in rows],
            "session_id": [row["session_id"] for row in rows],
        }
        columns = {name: np.array([*own, None], dtype=object)[:-1] for name, own in texts.items()}
        columns["ts"] = np.array([_plain(row["ts"]) for row in rows], dtype="datetime64[us]")
        columns["value"] = np.array(
            [np.nan if row["value"] is None else row["value"] for row in rows], dtype=float
        )
        query.table("old_events", columns)
    old = "UNION ALL BY NAME SELECT * FROM old_events" if has_old else ""
    query.run(
        f"""CREATE VIEW everything AS SELECT user_key, ts, name,
        CASE WHEN isnan(value) THEN NULL ELSE value END AS value, session_id
        FROM (SELECT * FROM log {old})"""
    )


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
