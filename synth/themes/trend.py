"""How a theme goes over the weeks, in people of those heard; and how fresh its evidence is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from synth.core.proportions import Proportion, wilson
from synth.themes.sides import differ

WEEK = timedelta(days=7)
#: Weeks drawn, the newest last.
SHOWN_WEEKS = 26
#: The newest weeks, held against as many again and again before them.
RECENT_WEEKS, BEFORE_WEEKS = 4, 8
#: Fewer people heard than this say nothing about a share.
FEW_PEOPLE = 5

#: Days without a word, at the newest evidence of all, after which evidence ages and is stale.
AGEING_DAYS, STALE_DAYS = 30, 90


class Direction(StrEnum):
    """Where a theme goes."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"  #: no difference that is more than chance
    TOO_FEW = "too_few"  #: too few people heard in one of the two times


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week, from Monday: people who spoke about the theme, of the people heard."""

    start: date
    share: Proportion

    @property
    def is_thin(self) -> bool:
        """Return whether so few were heard that nothing follows from it."""
        return self.share.n < FEW_PEOPLE


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A theme over time."""

    weeks: tuple[Week, ...]  #: without a hole, oldest first
    recent: Proportion  #: different people in the newest four weeks
    before: Proportion  #: different people in the eight weeks before them
    direction: Direction


class Age(StrEnum):
    """How fresh evidence is."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    UNDATED = "undated"


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """When a theme was last heard, held against the newest evidence of all."""

    last_heard: datetime | None
    days: int  #: from then to the newest evidence
    age: Age


def monday(moment: datetime | date) -> date:
    """Return the first day of a week."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return day - timedelta(days=day.weekday())


def find_weeks(spoke: Mapping[date, int], heard: Mapping[date, int]) -> tuple[Week, ...]:
    """Return the weeks up to the newest in which anybody was heard, quiet ones among them.

    Both map a Monday to different people; there are never more who spoke than were heard.
    """
    if not heard:
        return ()
    newest, oldest = max(heard), min(heard)
    count = min((newest - oldest) // WEEK + 1, SHOWN_WEEKS)
    starts = (newest - WEEK * back for back in range(count - 1, -1, -1))
    return tuple(
        Week(start=start, share=wilson(spoke.get(start, 0), heard.get(start, 0)))
        for start in starts
    )


def find_trend(weeks: tuple[Week, ...], recent: Proportion, before: Proportion) -> Trend:
    """Return the trend: the newest four weeks against the eight before, by an exact test."""
    if min(recent.n, before.n) < FEW_PEOPLE:
        direction = Direction.TOO_FEW
    elif not differ(recent, before):
        direction = Direction.STEADY
    else:
        rises = recent.k * before.n > before.k * recent.n
        direction = Direction.RISING if rises else Direction.FALLING
    return Trend(weeks=weeks, recent=recent, before=before, direction=direction)


def find_freshness(last_heard: datetime | None, newest: datetime | None) -> Freshness:
    """Return how fresh a theme is; without a date there is nothing to say.

    Held against the newest evidence, not against today: where nobody was heard at all, that is
    no news about one theme.
    """
    if last_heard is None or newest is None:
        return Freshness(last_heard=None, days=0, age=Age.UNDATED)
    days = max((newest - last_heard).days, 0)
    age = Age.STALE if days > STALE_DAYS else Age.AGEING if days > AGEING_DAYS else Age.FRESH
    return Freshness(last_heard=last_heard, days=days, age=age)
