from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.proportions import wilson
from synth.themes.trend import (
    SHOWN_WEEKS,
    Age,
    Direction,
    find_freshness,
    find_trend,
    find_weeks,
    monday,
)

NEWEST = datetime(2026, 3, 27, 15, tzinfo=UTC)


def test_weeks_begin_on_monday_in_utc():
    assert monday(datetime(2026, 3, 29, 23, 59, tzinfo=UTC)) == date(2026, 3, 23)
    assert monday(date(2026, 3, 30)) == date(2026, 3, 30)


def test_a_week_without_a_word_is_a_week_and_a_hole_is_filled():
    first, third = date(2026, 3, 2), date(2026, 3, 16)
    weeks = find_weeks({first: 2}, {first: 6, third: 3})
    assert [(week.start, week.share.k, week.share.n) for week in weeks] == [
        (first, 2, 6),
        (date(2026, 3, 9), 0, 0),
        (third, 0, 3),
    ]
    assert [week.is_thin for week in weeks] == [False, True, True]
    assert find_weeks({}, {}) == ()


@given(st.sets(st.integers(0, 200), min_size=1))
def test_the_newest_weeks_are_shown_without_a_hole(offsets):
    heard = {date(2020, 1, 6) + timedelta(weeks=week): 1 for week in offsets}
    weeks = find_weeks({}, heard)
    assert weeks[-1].start == max(heard)
    assert len(weeks) == min(SHOWN_WEEKS, max(offsets) - min(offsets) + 1)
    steps = {later.start - sooner.start for sooner, later in pairwise(weeks)}
    assert steps <= {timedelta(days=7)}


@pytest.mark.parametrize(
    ("recent", "before", "direction"),
    [
        ((15, 20), (4, 30), Direction.RISING),
        ((1, 30), (20, 30), Direction.FALLING),
        ((6, 20), (8, 30), Direction.STEADY),
        ((4, 4), (0, 30), Direction.TOO_FEW),
        ((0, 30), (3, 4), Direction.TOO_FEW),
    ],
    ids=["rising", "falling", "chance", "few now", "few before"],
)
def test_a_direction_needs_people_and_more_than_chance(recent, before, direction):
    assert find_trend((), wilson(*recent), wilson(*before)).direction is direction


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.FRESH), (30, Age.FRESH), (31, Age.AGEING), (90, Age.AGEING), (91, Age.STALE)],
)
def test_evidence_ages_by_the_newest_evidence(days, age):
    found = find_freshness(NEWEST - timedelta(days=days), NEWEST)
    assert (found.age, found.days) == (age, days)


def test_without_a_date_nothing_is_said_about_age():
    assert find_freshness(None, NEWEST).age is Age.UNDATED
    assert find_freshness(NEWEST, None).age is Age.UNDATED
