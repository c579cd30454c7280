"""Geometry of people by week: a bar for those who spoke about it, behind it one for all heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.format import counted, day, people
from synth.themes.trend import Direction, Trend, Week

#: Of a chart: its width and height, and the room left, right and below.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 150, 30, 8, 12, 26
#: Of a spark, in a list.
SPARK_WIDTH, SPARK_HEIGHT, SPARK_WEEKS = 96, 24, 12


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One week as drawn."""

    x: float
    width: float
    y: float  #: top of the bar of those who spoke
    height: float
    all_y: float  #: top of the bar of all heard
    all_height: float
    is_thin: bool


@dataclass(frozen=True, kw_only=True)
class WeekChart:
    """People by week, as a drawing, a sentence and a table."""

    title: str
    summary: str
    width: int
    height: int
    floor: float
    bars: Sequence[Bar]
    ticks_y: Sequence[tuple[float, str]]
    ticks_x: Sequence[tuple[float, str, str]]  #: (x, words, anchor)
    rows: Sequence[tuple[str, str]]  #: (week, share), newest first


def week_chart(trend: Trend) -> WeekChart | None:
    """Return the chart of a trend, or None without two weeks."""
    weeks = trend.weeks
    if len(weeks) < 2:
        return None
    most = max(max(week.share.n for week in weeks), 1)
    floor, step = HEIGHT - BOTTOM, (WIDTH - LEFT - RIGHT) / len(weeks)

    def high(count: int) -> float:
        return round((floor - TOP) * count / most, 1)

    return WeekChart(
        title=headline(trend),
        summary=_summary(weeks),
        width=WIDTH,
        height=HEIGHT,
        floor=floor,
        bars=[
            Bar(
                x=round(LEFT + step * (place + 0.14), 1),
                width=round(step * 0.72, 1),
                y=round(floor - high(week.share.k), 1),
                height=high(week.share.k),
                all_y=round(floor - high(week.share.n), 1),
                all_height=high(week.share.n),
                is_thin=week.is_thin,
            )
            for place, week in enumerate(weeks)
        ],
        ticks_y=[(floor, "0"), (round(floor - high(most), 1), str(most))],
        ticks_x=[
            (LEFT, day(weeks[0].start), "start"),
            (WIDTH - RIGHT, f"week of {day(weeks[-1].start, year=True)}", "end"),
        ],
        rows=[(day(week.start, year=True), people(week.share)) for week in reversed(weeks)],
    )


def headline(trend: Trend) -> str:
    """Return the trend as one sentence, in people."""
    if trend.direction is Direction.TOO_FEW:
        recent = counted(trend.recent.n, "person", "people")
        return (
            f"Too few people to tell a trend: {recent} heard in the newest 4 weeks, "
            f"{trend.before.n} in the 8 before"
        )
    told = {
        Direction.RISING: "Rising",
        Direction.FALLING: "Falling",
        Direction.STEADY: "No change beyond chance",
    }
    return (
        f"{told[trend.direction]}: {people(trend.recent, '')} in the newest 4 weeks, "
        f"{people(trend.before, '')} in the 8 before"
    )


def spark(weeks: Sequence[Week], most: int) -> str:
    """Return a tiny bar chart as path data, strokes upwards; `most` people reach the top.

    Nothing is drawn for fewer than two weeks.
    """
    shown = weeks[-SPARK_WEEKS:]
    if len(shown) < 2:
        return ""
    step = SPARK_WIDTH / SPARK_WEEKS
    first = SPARK_WIDTH - step * len(shown)
    floor = SPARK_HEIGHT - 1
    bars = []
    for place, week in enumerate(shown):
        # A quiet week is a dot on the floor, so that it is seen to be there.
        height = max((floor - 1) * week.share.k / max(most, 1), 1.0)
        bars.append(f"M{first + step * (place + 0.5):.1f} {floor}V{floor - height:.1f}")
    return "".join(bars)


def spark_words(weeks: Sequence[Week]) -> str:
    """Return what a spark shows, for those who do not see it."""
    shown = weeks[-SPARK_WEEKS:]
    if len(shown) < 2:
        return ""
    return f"People by week, oldest first: {', '.join(str(week.share.k) for week in shown)}."


def _summary(weeks: Sequence[Week]) -> str:
    thin = sum(week.is_thin for week in weeks)
    text = "People who spoke about it each week, in front of all people heard that week."
    if thin == len(weeks):
        return f"{text} In every week fewer than 5 were heard."
    if thin:
        return f"{text} In {counted(thin, 'week')} fewer than 5 were heard (hatched)."
    return text
