"""Cadence and checklist: what counts in which week, who is behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from synth.fusion.cadence import Brought, plan_cadence
from synth.fusion.checklist import Counted, check_steps

WEDNESDAY = date(2026, 3, 18)
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)


def brought(owner="a", anomaly="x", on=MONDAY, **talks):
    return Brought(owner_id=owner, anomaly_id=anomaly, on=on, talks=talks)


def test_a_full_week_is_one_anomaly_and_five_people():
    talks = {f"p{n}": [MONDAY + timedelta(hours=n)] for n in range(5)}
    [row] = plan_cadence({"a": "Ana"}, [brought(**talks)], WEDNESDAY)
    assert (row.behind, row.weeks[-1].anomalies, row.weeks[-1].talks) == ("", 1, 5)
    assert row.weeks[-1].begins == MONDAY.date()
    assert len(row.weeks) == 6


def test_a_person_counts_once_a_week_and_an_anomaly_once():
    twice = {"p": [MONDAY, MONDAY + timedelta(days=1)], "q": [MONDAY - timedelta(days=7)]}
    [row] = plan_cadence({"a": "Ana"}, [brought(**twice), brought()], WEDNESDAY)
    assert (row.weeks[-1].anomalies, row.weeks[-1].talks, row.weeks[-2].talks) == (1, 1, 1)
    assert row.behind == "this week still 4 conversations"


def test_who_is_behind_comes_first_and_full_weeks_in_a_row_are_counted():
    full = [
        brought("b", f"x{back}", MONDAY - timedelta(weeks=back),
                **{f"p{n}": [MONDAY - timedelta(weeks=back)] for n in range(5)})
        for back in range(3)
    ]  # fmt: skip
    rows = plan_cadence({"a": "Ana", "b": "Bo"}, full, WEDNESDAY)
    assert [row.name for row in rows] == ["Ana", "Bo"]
    assert rows[0].behind == "this week still 1 anomaly and 5 conversations"
    assert (rows[0].steady, rows[1].steady) == (0, 2)


def test_a_step_is_done_when_what_it_asks_for_is_there():
    nothing = dict.fromkeys(Counted.__dataclass_fields__, 0)
    assert not any(step.is_done for step in check_steps(Counted(**nothing)))
    some = check_steps(Counted(**{**nothing, "most_talks": 3, "closed": 1, "people": 12}))
    assert [step.title for step in some if step.is_done] == [
        "Day 1: people are known by the ids of your tools",
        "30 days: a loop is closed by a number and a voice",
    ]
    said = {step.words for step in some}
    assert said >= {"3 of 5 people", "12 people", "1 loop", "none yet"}
