"""States, triggers, playlists, progress: each rule as a table or a property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.periods import Period
from synth.errors import Conflict
from synth.investigations.playlist import merge, rank, start_ms
from synth.investigations.progress import conversation_time, measure, recruits, targets
from synth.investigations.transitions import (
    DECIDE,
    GO,
    SPEAK,
    TRANSITIONS,
    Act,
    follow,
    heard,
    sides_of,
)
from synth.investigations.triggers import choose, fires
from synth.investigations.types import (
    Decision,
    Investigation,
    Person,
    Session,
    Side,
    State,
    Trigger,
    Watch,
)
from synth.metrics.types import Anomaly, AnomalyKind, Good, Metric

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@given(st.lists(st.sampled_from(Act), max_size=25))
def test_it_is_explained_exactly_while_both_sides_have_spoken(acts: list[Act]) -> None:
    state, sides = State.UNEXPLAINED, set[Side]()
    for act in acts:
        try:
            after = follow(state, act)
        except Conflict:
            assert (state, act) not in TRANSITIONS
            continue
        if act in SPEAK.values():
            sides.add(next(side for side in Side if SPEAK[side] is act))
        if act in GO.values():
            sides.remove(next(side for side in Side if GO[side] is act))
        if act is Act.REOPEN:
            sides = set()
        state = after
        if state.is_open:
            assert sides_of(state) == sides
            assert (state is State.EXPLAINED) == (len(sides) == 2)
            assert state.is_unexplained == (len(sides) < 2)
        if act is Act.DECIDE:
            assert len(sides) == 2, "decided on one side alone"


@pytest.mark.parametrize("decision", [Decision.BUILD, Decision.TEST])
@pytest.mark.parametrize("state", [State.UNEXPLAINED, State.NUMBERS_ONLY, State.WORDS_ONLY])
def test_one_side_alone_closes_nothing(state: State, decision: Decision) -> None:
    with pytest.raises(Conflict, match="missing"):
        follow(state, DECIDE[decision])


@given(st.lists(st.sampled_from(Side), max_size=4))
def test_what_was_heard_takes_it_as_far_in_any_order(sides: list[Side]) -> None:
    assert sides_of(heard(State.UNEXPLAINED, sides)) == set(sides)


METRIC = Metric(id="m", name="activation", description="", unit="share", good=Good.UP)
ANOMALY = Anomaly(
    id="a", metric_id="m", metric="activation", kind=AnomalyKind.SHIFT, direction=Good.DOWN,
    segment={}, window=Period(NOW - 20 * DAY, NOW), baseline=0.42, observed=0.31, score=6,
    reason="", affected=60, measured=200,
)  # fmt: skip
TRIGGER = Trigger(
    id="t", name="drops", kinds=("shift",), metrics=("activation",), marks=(), min_affected=20,
    min_change=0.2, only_worse=True, deadline_days=14, owner_id="o", is_active=True,
    created_by="o", created_at=NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("trigger", "anomaly", "opens"),
    [
        (TRIGGER, ANOMALY, True),
        (replace(TRIGGER, kinds=(), metrics=()), ANOMALY, True),
        (replace(TRIGGER, is_active=False), ANOMALY, False),
        (replace(TRIGGER, kinds=("target",)), ANOMALY, False),
        (replace(TRIGGER, marks=("north_star",)), ANOMALY, False),
        (replace(TRIGGER, metrics=("other",)), ANOMALY, False),
        (TRIGGER, replace(ANOMALY, affected=19), False),
        (replace(TRIGGER, min_change=0.27), ANOMALY, False),
        (TRIGGER, replace(ANOMALY, observed=0.6), False),
        (replace(TRIGGER, only_worse=False), replace(ANOMALY, observed=0.6), True),
        (TRIGGER, replace(ANOMALY, baseline=0.0, observed=0.0), False),
    ],
    ids=[
        "all fits", "any kind and metric", "switched off", "other kind", "no mark", "other metric",
        "too few people", "too small", "moved the good way", "good moves too", "from 0 to 0",
    ],
)  # fmt: skip
def test_a_trigger_fires_by_kind_metric_people_size_and_direction(
    trigger: Trigger, anomaly: Anomaly, opens: bool
) -> None:
    assert fires(trigger, anomaly, METRIC) is opens


def test_each_anomaly_is_opened_once_and_a_question_is_not_asked_twice() -> None:
    again = replace(ANOMALY, id="b")
    elsewhere = replace(ANOMALY, id="c", segment={"plan": "smb"})
    found = choose(
        [TRIGGER, replace(TRIGGER, id="u")],
        [ANOMALY, again, elsewhere],
        {"m": METRIC},
        set(),
        set(),
    )
    assert [(trigger.id, anomaly.id) for trigger, anomaly in found] == [("t", "a"), ("t", "c")]
    assert choose([TRIGGER], [ANOMALY], {"m": METRIC}, {"a"}, set()) == []
    assert choose([TRIGGER], [again], {"m": METRIC}, set(), {("m", "{}")}) == []


def session(name: str, person: str, *, day: float | None = 0, signals: int = 0) -> Session:
    at = None if day is None else NOW + day * DAY
    return Session(
        session_id=name, participant_id=person, pseudonym=person, starts_at=at,
        signal_at=at + timedelta(seconds=90) if at and signals else None, signals=signals,
    )  # fmt: skip


def test_trouble_comes_first_then_the_nearest_and_each_person_once() -> None:
    found = [
        session("calm near", "p1", day=1),
        session("calm near 2", "p1", day=2),
        session("trouble far", "p2", day=9, signals=1),
        session("trouble near", "p3", day=2, signals=3),
        session("before", "p4", day=-1),
        session("undated", "p5", day=None),
    ]
    names = [one.session_id for one in rank(found, onset=NOW)]
    assert names[:3] == ["trouble near", "trouble far", "calm near"]
    assert {"before", "undated"} <= set(names)
    assert names[-1] == "calm near 2", "a second session of a person comes last, to fill up"


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.floats(-9, 9), st.integers(0, 3)),
        max_size=60,
        unique_by=lambda item: item,
    )
)
def test_a_playlist_holds_10_to_20_different_people_where_there_are_so_many(
    rows: list[tuple[int, float, int]],
) -> None:
    found = [
        session(f"s{place}", f"p{person}", day=day, signals=signals)
        for place, (person, day, signals) in enumerate(rows)
    ]
    chosen = rank(found, onset=NOW)
    people = {one.participant_id for one in found}
    assert len({one.session_id for one in chosen}) == len(chosen) <= 20
    assert len({one.participant_id for one in chosen}) == min(len(people), 20)
    assert len(chosen) >= min(10, len(found))


def test_a_session_begins_at_its_trouble_and_a_note_brings_its_place() -> None:
    recorded = session("s", "p", signals=1)
    assert start_ms(recorded) == 90_000
    note = replace(session("s", "p"), document_id="d", url="https://r.example/s", at_ms=4_000)
    [both] = merge([recorded], [note])
    assert (both.signals, both.url, start_ms(both)) == (1, "https://r.example/s", 4_000)
    assert [one.session_id for one in merge([], [note])] == ["s"]


CASE = Investigation(
    id="i", anomaly_id="a", account=None, state=State.UNEXPLAINED, question="?", method="",
    talks_target=5, replays_target=10, trigger_id=None, triggered_at=NOW, opened_by="o",
    owner_id="o", deadline=NOW + 14 * DAY, escalated_at=None, decision=None, decision_note="",
    decided_by=None, decided_at=None,
)  # fmt: skip


def person(name: str, *days: float, may_ask: bool = True) -> Person:
    return Person(
        participant_id=name, pseudonym=name, external_id="", segments={},
        may_analyse=True, may_contact=may_ask,
        talked_at=tuple(NOW + day * DAY for day in days),
    )  # fmt: skip


def test_people_are_counted_once_and_hours_run_from_the_trigger() -> None:
    people = [
        person("early", -30, 2),
        person("twice", 1, 3),
        person("before the trigger", -2),
        *(person(f"later {day}", day) for day in (4, 5, 6)),
        person("to ask"),
        person("said no", may_ask=False),
    ]
    sessions = [
        session("watched", "p1"), session("again", "p1"), session("unseen", "p2"),
        replace(session("noted", "p3"), document_id="d"),
    ]  # fmt: skip
    seen = [
        Watch(session_id=name, note="", watched_by="o", watched_at=NOW)
        for name in ("watched", "again", "not of this slice")
    ]
    found = measure(CASE, people, sessions, seen, askable=1, onset=NOW - 10 * DAY, now=NOW)
    assert (found.talks, found.replays) == (6, 2)
    assert (found.first_hours, found.fifth_hours) == (24.0, 144.0)
    assert [one.participant_id for one in recruits(people)] == ["to ask"]


@pytest.mark.parametrize(("late", "days"), [(-14, 14), (0.01, -1), (3.5, -4)])
def test_a_deadline_passed_by_an_hour_is_overdue_by_a_day(late: float, days: int) -> None:
    now = CASE.deadline + late * DAY
    assert measure(CASE, [], [], [], askable=0, onset=None, now=now).days_left == days
    assert CASE.is_overdue(now) is (late > 0)
    assert not replace(CASE, state=State.DECIDED).is_overdue(now)


@pytest.mark.parametrize(
    ("said", "stored", "held"),
    [
        (None, NOW, NOW),
        (NOW - DAY, NOW, NOW - DAY),
        (datetime(2026, 3, 2, tzinfo=UTC), NOW, NOW),
        (datetime(2026, 2, 20, tzinfo=UTC), NOW, datetime(2026, 2, 21, tzinfo=UTC)),
        (datetime(2026, 3, 9, tzinfo=UTC), NOW, datetime(2026, 3, 9, tzinfo=UTC)),
    ],
    ids=["no time: upload", "a time", "today's date", "an older date", "a date to come"],
)
def test_a_conversation_with_a_bare_date_counts_by_the_end_of_its_day(
    said: datetime | None, stored: datetime, held: datetime
) -> None:
    assert conversation_time(said, stored) == held


@pytest.mark.parametrize(
    ("there", "aim"), [((400, 90), (5, 10)), ((3, 4), (3, 4)), ((0, 0), (1, 1))]
)
def test_a_small_slice_asks_for_no_more_than_it_has(
    there: tuple[int, int], aim: tuple[int, int]
) -> None:
    assert targets(*there) == aim
