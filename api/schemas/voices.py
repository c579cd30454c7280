"""Who speaks about a theme: sides, weeks, segments, age."""

from __future__ import annotations

from datetime import date, datetime

from api.schemas.base import Share, Shown
from synth.themes.hearing import Voices
from synth.themes.stance import Stance
from synth.themes.trend import Age, Direction


class SidesShown(Shown):
    """People of a theme by how their words read; read by a word list, somebody may be on both."""

    trouble: Share
    fine: Share
    is_opposed: bool


class WeekShown(Shown):
    """People who spoke about the theme in a week, of all people heard that week."""

    start: date
    share: Share


class SegmentShown(Shown):
    """People of a segment who speak about the theme, and of everybody else."""

    name: str
    value: str
    share: Share
    others: Share
    stands_out: bool


class VoicesShown(Shown):
    """The people of one theme."""

    sides: SidesShown
    direction: Direction
    recent: Share
    before: Share
    weeks: list[WeekShown]
    segments: list[SegmentShown]
    last_heard: datetime | None
    age: Age

    @classmethod
    def of(cls, voices: Voices) -> VoicesShown:
        """Return what is known of a theme's people."""
        sides, trend = voices.sides, voices.trend
        return cls(
            sides=SidesShown(
                trouble=Share.model_validate(sides.share(Stance.TROUBLE)),
                fine=Share.model_validate(sides.share(Stance.FINE)),
                is_opposed=sides.is_opposed,
            ),
            direction=trend.direction,
            recent=Share.model_validate(trend.recent),
            before=Share.model_validate(trend.before),
            weeks=[WeekShown.model_validate(week) for week in trend.weeks],
            segments=[SegmentShown.model_validate(one) for one in voices.segments],
            last_heard=voices.freshness.last_heard,
            age=voices.freshness.age,
        )
