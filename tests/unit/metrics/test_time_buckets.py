"""Days keep their date in every zone; hours become UTC, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import InputError
from synth.metrics.importers.buckets import Buckets
from synth.metrics.importers.formats import read_series_file
from synth.metrics.importers.series_file import SeriesFile, Wanted
from synth.metrics.series import regular_series

ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland", "UTC")
SERIES = ("m", "{}")


def read(text: str, zone: str | None = None) -> SeriesFile:
    found = read_series_file("f", text, Wanted(metric="m", zone=zone))
    assert isinstance(found, SeriesFile)
    return found


@given(start=st.dates(date(2025, 1, 1), date(2026, 12, 1)), zone=st.sampled_from(ZONES))
def test_each_day_of_a_zone_is_one_day_whatever_clocks_do(start: date, zone: str) -> None:
    from zoneinfo import ZoneInfo

    days = [start + timedelta(days=n) for n in range(30)]
    midnights = [
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).isoformat() for day in days
    ]
    text = "ts,value\n" + "".join(f"{when},1\n" for when in midnights)
    found = read(text)
    assert [row.observation.ts.date() for row in found.usable] == days
    series = regular_series([row.observation for row in found.usable])
    assert series is not None
    assert len(series) == series.observed_days == 30


@pytest.mark.parametrize(
    ("day", "hours", "labels"),
    [(date(2026, 3, 29), 23, 23), (date(2026, 10, 25), 25, 25), (date(2026, 7, 1), 24, 24)],
    ids=["clocks go forward", "clocks go back", "an ordinary day"],
)
def test_hours_of_a_zone_are_all_there_once(day: date, hours: int, labels: int) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    local = [(begin + timedelta(hours=n)).astimezone(zone) for n in range(hours)]
    text = "Date,m\n" + "".join(f"{when:%Y-%m-%d %H:%M:%S},1\n" for when in local)
    found = read(text, "Europe/Berlin")
    assert found.problems.found() == ()
    assert [row.observation.ts for row in found.usable] == [
        begin + timedelta(hours=n) for n in range(labels)
    ]


def test_an_hour_that_never_was_is_named() -> None:
    found = read("Date,m\n2026-03-29 01:00,1\n2026-03-29 02:00,2\n", "Europe/Berlin")
    assert len(found.usable) == 1
    assert found.problems.found() == (
        "f:3: this hour never was in Europe/Berlin: clocks go forward; found 2026-03-29 02:00:00",
    )


def test_a_day_said_twice_is_kept_once_and_named() -> None:
    found = read("Date,m\n2026-03-08,1\n2026-03-08,2\n2026-03-08,1\n")
    assert [row.observation.value for row in found.usable] == [1.0]
    assert found.problems.found() == (
        "f:3: repeats line 2 with another value; the first is kept",
        "f:4: repeats line 2 with the same value; the first is kept",
    )


def test_an_offset_says_more_than_the_zone() -> None:
    buckets = Buckets(["2026-03-08T05:00:00+00:00"], "Asia/Kolkata")
    assert buckets.read("2026-03-08T05:00:00+00:00", SERIES) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    buckets = Buckets(["2026-03-08 05:00"], "Asia/Kolkata")
    assert buckets.read("2026-03-08 05:00", SERIES) == datetime(2026, 3, 7, 23, 30, tzinfo=UTC)


def test_days_of_seconds_since_1970_are_days_of_the_zone() -> None:
    midnight = datetime(2026, 3, 8, 8, tzinfo=UTC)  # in Los Angeles, winter time
    labels = [midnight, midnight + timedelta(hours=23)]
    buckets = Buckets(labels, "America/Los_Angeles")
    assert [buckets.read(one, SERIES).date() for one in labels] == [
        date(2026, 3, 8),
        date(2026, 3, 9),
    ]


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="unknown time zone; found CET\\+7"):
        Buckets([], "CET+7")
