"""Who was heard, and what the passages of a theme say about its people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from synth.core.proportions import wilson
from synth.themes.sides import SegmentShare, Sides, share_by_segment
from synth.themes.stance import Stance
from synth.themes.trend import (
    BEFORE_WEEKS,
    RECENT_WEEKS,
    WEEK,
    Freshness,
    Trend,
    find_freshness,
    find_trend,
    find_weeks,
    monday,
)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a list says of one theme beside its counts."""

    trouble: int = 0  #: people with a passage that reads so
    fine: int = 0
    last_heard: datetime | None = None
    weeks: Mapping[date, int] = field(default_factory=dict)  #: Monday -> people


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """One passage of a theme: who said it when, and how it reads."""

    chunk_id: str
    document_id: str
    participant_id: str | None
    occurred_at: datetime | None
    segments: Mapping[str, str]
    stance: Stance
    theme_id: str | None
    sub_theme_id: str | None
    may_quote: bool


@dataclass(frozen=True, kw_only=True)
class Heard:
    """All people heard in the run."""

    weeks: Mapping[date, int]  #: Monday -> people
    segments: Sequence[tuple[Mapping[str, str], int]]  #: a combination of segments, people with it
    recent: int  #: people in the newest weeks
    before: int  #: people in the weeks before them
    newest: datetime | None  #: when the newest dated passage was said

    @property
    def people(self) -> int:
        """Return how many different people were heard."""
        return sum(n for _, n in self.segments)


@dataclass(frozen=True, kw_only=True)
class Voices:
    """The people of one theme."""

    sides: Sides
    trend: Trend
    freshness: Freshness
    segments: Sequence[SegmentShare]


def read_voices(said: Sequence[Spoken], heard: Heard) -> Voices:
    """Return what `said` of a theme tells of its people, held against all `heard`."""
    by_person = {one.participant_id: one.segments for one in said if one.participant_id}
    combined = Counter(tuple(sorted(own.items())) for own in by_person.values())
    dates = [one.occurred_at for one in said if one.occurred_at]
    return Voices(
        sides=Sides(
            people=len(by_person),
            trouble=len(_who(said, Stance.TROUBLE)),
            fine=len(_who(said, Stance.FINE)),
        ),
        trend=_trend(said, heard),
        freshness=find_freshness(max(dates, default=None), heard.newest),
        segments=share_by_segment(heard.segments, [(dict(own), n) for own, n in combined.items()]),
    )


def _who(said: Sequence[Spoken], stance: Stance) -> set[str]:
    return {one.participant_id for one in said if one.participant_id and one.stance is stance}


def _trend(said: Sequence[Spoken], heard: Heard) -> Trend:
    by_week: dict[date, set[str]] = defaultdict(set)
    for one in said:
        if one.participant_id and one.occurred_at:
            by_week[monday(one.occurred_at)].add(one.participant_id)
    weeks = find_weeks({week: len(who) for week, who in by_week.items()}, heard.weeks)
    newest = max(heard.weeks, default=date.min)
    recent: set[str] = set()
    before: set[str] = set()
    for week, who in by_week.items():
        back = (newest - week) // WEEK
        if back < RECENT_WEEKS:
            recent |= who
        elif back < RECENT_WEEKS + BEFORE_WEEKS:
            before |= who
    return find_trend(weeks, wilson(len(recent), heard.recent), wilson(len(before), heard.before))
