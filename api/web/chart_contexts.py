"""What charts are made of, and what their template is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of a series; `n` is what a share was counted in."""

    at: datetime
    value: float
    n: float | None = None


@dataclass(frozen=True, kw_only=True)
class Label:
    """A word at a place."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, kw_only=True)
class Level:
    """A value that held for a time; an end that is None lies at the edge of the chart."""

    value: float
    text: str
    start: datetime | None = None
    end: datetime | None = None
    is_now: bool = False


@dataclass(frozen=True, kw_only=True)
class Rug:
    """When something was said: one row of marks below the days."""

    title: str
    mark: int  #: which colour and shape
    at: Sequence[datetime]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A level as drawn."""

    x1: float
    x2: float
    y: float
    label: Label
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class RugRow:
    """A rug as drawn: one path of marks."""

    mark: int
    y: float
    path: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One size of a chart."""

    css: str
    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    line: str  #: path data; a gap in the days begins a new stroke
    band: tuple[float, float] | None  #: y and height of the usual range
    band_width: float
    target: Label | None  #: where the target lies, and its words
    onset: float | None
    ticks_y: Sequence[Label]
    ticks_x: Sequence[Label]
    labels: Sequence[Label]
    dots: Sequence[tuple[float, float]]
    steps: Sequence[Step] = ()
    rug: Sequence[RugRow] = ()


@dataclass(frozen=True, kw_only=True)
class SeriesChart:
    """A line over time with its usual range and onset, drawn twice, and as a table."""

    title: str
    summary: str
    drawings: Sequence[Drawing]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: int  #: rows not in the table
    rug: Sequence[tuple[int, str, int]] = ()  #: (mark, what was said, how often inside the chart)


@dataclass(frozen=True, kw_only=True)
class IntervalRow:
    """A value with its interval on a shared log axis; positions are percent of the width."""

    label: str
    text: str
    low: float
    high: float
    value: float
    one: float  #: where "as by chance" is
    crosses_one: bool
