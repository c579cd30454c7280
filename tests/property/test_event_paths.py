"""Funnels and repeats asked of the log, against plain Python over the same events."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.backends.event_log import EventLog
from synth.core.periods import Period
from synth.metrics.event_queries import Events

START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = ["ann", "bob", "cid"]
STEPS = ("a", "b", "c")

#: (person, minute, event)
happenings = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 300), st.sampled_from("abcx")), max_size=40
)


def ask(rows, question):
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(Path(folder))
        with log.receiving() as inbox:
            inbox.add(
                {
                    "user_id": np.array([*(PEOPLE[p] for p, _, _ in rows), None])[:-1],
                    "ts": np.array([at(m) for _, m, _ in rows], dtype="datetime64[us]"),
                    "name": np.array([*(name for _, _, name in rows), None])[:-1],
                    "value": np.full(len(rows), np.nan),
                    "session_id": np.array([None] * (len(rows) + 1))[:-1],
                }
            )
            keys = {one: one for one in PEOPLE}
            part = log.store(inbox, "w", part_id="p", keys=keys, known=[])
        with log.asking("w", [part.id] if part else []) as query:
            numbers = np.arange(3, dtype=np.int32)
            query.table("people", {"user_key": np.array(PEOPLE, dtype=object), "no": numbers})
            query.run(
                "CREATE VIEW events AS SELECT no, ts, name, value, session_id "
                "FROM log JOIN people USING (user_key)"
            )
            return question(Events(query, PEOPLE))


def at(minute):
    return (START + timedelta(minutes=minute)).replace(tzinfo=None)


def first_way(rows, person, window):
    """Return the minutes at which a person first reached each step; None: not reached."""
    own = sorted((m, name) for p, m, name in rows if p == person)
    entry = next((m for m, name in own if name == STEPS[0]), None)
    found = [entry]
    for step in STEPS[1:]:
        since = found[-1]
        later = [m for m, name in own if name == step and since is not None and m >= since]
        found.append(next((m for m in later if m <= entry + window), None))
    return found


@given(rows=happenings, window=st.integers(1, 200))
@settings(max_examples=40)
def test_paths_are_each_persons_first_way_in_order_and_in_time(rows, window):
    if not rows:
        return
    paths = ask(rows, lambda events: events.paths(STEPS, timedelta(minutes=window)))
    wanted = {p: first_way(rows, p, window) for p in range(3)}
    assert paths.people == [PEOPLE[p] for p, way in wanted.items() if way[0] is not None]
    for person, times in zip(paths.people, paths.times, strict=True):
        way = wanted[PEOPLE.index(person)]
        expected = [np.datetime64("NaT") if m is None else np.datetime64(at(m)) for m in way]
        assert np.array_equal(times, np.array(expected, dtype="datetime64[us]"), equal_nan=True)


@given(rows=happenings, times=st.integers(1, 4), within=st.integers(1, 120))
@settings(max_examples=40)
def test_repeats_are_counted_in_every_window_each_event_once(rows, times, within):
    if not rows:
        return
    window = Period(START, START + timedelta(minutes=301))
    found = ask(
        rows + rows,
        lambda events: events.repeating("x", window, times=times, within=timedelta(minutes=within)),
    )
    wanted = {}
    for person in range(3):
        own = sorted({m for p, m, name in rows if p == person and name == "x"})
        runs = {m: sum(m - within <= other <= m for other in own) for m in own}
        full = [m for m, count in runs.items() if count >= times]
        if full:
            wanted[PEOPLE[person]] = (at(min(full)).replace(tzinfo=UTC), max(runs.values()))
    assert {one.participant_id: (one.ts, one.value) for one in found} == wanted
