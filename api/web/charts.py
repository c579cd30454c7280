"""Geometry of the charts: values in, SVG coordinates and table rows out; no markup here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import ceil, floor, isfinite, log, log10
from statistics import median

from api.web.format import SHARE_UNITS, day, is_percentage, measure, on_axis
from api.web.marks import mark_path

#: Width, height and text room of the two drawings of one chart: wide screens, narrow screens.
WIDE = (720, 300)
NARROW = (360, 260)
MARGIN_LEFT_SMALL = 48
#: Room of one row of marks below the days.
RUG_ROW = 22
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 52, 62, 30, 30

#: Points that are drawn; a longer series is thinned for the line, never for the table.
MAX_POINTS = 366
TABLE_ROWS = 120


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


def usual_range(points: Sequence[Point], onset: datetime | None) -> tuple[float, float] | None:
    """Return median -/+ 2 robust deviations (1.4826 MAD) of the values before the onset.

    Fewer than 8 values before it say too little for a range: None.
    """
    before = [point.value for point in points if onset is None or point.at < onset]
    if len(before) < 8:
        return None
    centre = median(before)
    spread = 1.4826 * median(abs(value - centre) for value in before)
    return (centre - 2 * spread, centre + 2 * spread) if spread else None


def series_chart(
    title: str,
    points: Sequence[Point],
    unit: str,
    *,
    onset: datetime | None = None,
    target: float | None = None,
    compact: bool = False,
    scale: tuple[float, float] | None = None,
    levels: Sequence[Level] = (),
    rug: Sequence[Rug] = (),
) -> SeriesChart | None:
    """Return the chart of a series, or None without at least two values.

    `scale` widens the value axis, so that several small charts can share it.
    """
    points = [point for point in points if isfinite(point.value)]
    if len(points) < 2:
        return None
    band = usual_range(points, onset) if onset else None
    first, last = points[0].at, points[-1].at
    rug = [replace(row, at=[at for at in row.at if first <= at <= last]) for row in rug]
    shape = _Shape(
        points=points,
        unit=unit,
        band=band,
        onset=onset,
        target=target,
        scale=scale,
        levels=levels,
        rug=[row for row in rug if row.at],
    )
    sizes = ((300, 150),) if compact else (WIDE, NARROW)
    names = ("chart-small",) if compact else ("chart-wide", "chart-narrow")
    rows = [
        (day(point.at, year=True), measure(point.value, unit, point.n), _n(point))
        for point in points
    ]
    return SeriesChart(
        title=_with_unit(title, unit),
        summary=_summary(points, unit, band, onset, levels),
        drawings=[_draw(shape, css, size) for css, size in zip(names, sizes, strict=True)],
        columns=("Day", "Value", "Counted in"),
        rows=rows[-TABLE_ROWS:],
        left_out=max(0, len(rows) - TABLE_ROWS),
        rug=[(row.mark, row.title, len(row.at)) for row in shape.rug],
    )


def spark(points: Sequence[Point], *, width: float = 96, height: float = 24) -> str:
    """Return the path of a tiny line, or "" without two values."""
    points = _thin([point for point in points if isfinite(point.value)], 60)
    if len(points) < 2:
        return ""
    low, high = min(p.value for p in points), max(p.value for p in points)
    span = (high - low) or 1.0
    step = width / (len(points) - 1)
    return "M" + "L".join(
        f"{position * step:.1f} {2 + (height - 4) * (1 - (point.value - low) / span):.1f}"
        for position, point in enumerate(points)
    )


def log_position(value: float, *, low: float = 1 / 32, high: float = 32.0) -> float:
    """Return where `value` is on a log axis from `low` to `high`, in percent, clipped."""
    clipped = min(max(value, low), high)
    return 100 * (log(clipped) - log(low)) / (log(high) - log(low))


def lift_row(label: str, text: str, low: float, value: float, high: float) -> IntervalRow:
    """Return a lift and its interval placed on the log axis; ends are clipped to 1/32 and 32."""
    return IntervalRow(
        label=label,
        text=text,
        low=round(log_position(low), 1),
        high=round(log_position(high), 1),
        value=round(log_position(value), 1),
        one=round(log_position(1.0), 1),
        crosses_one=low <= 1.0 <= high,
    )


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return about `count` round numbers that cover `low` to `high`."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / count
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    digits = max(0, 3 - floor(log10(step)))
    return [round(index * step, digits) for index in range(first, last + 1)]


@dataclass(frozen=True, kw_only=True)
class _Shape:
    points: Sequence[Point]
    unit: str
    band: tuple[float, float] | None
    onset: datetime | None
    target: float | None
    scale: tuple[float, float] | None
    levels: Sequence[Level] = ()
    rug: Sequence[Rug] = ()

    def ticks(self, count: int) -> list[float]:
        values = [point.value for point in self.points]
        values += [edge for edge in (self.band or ()) if isfinite(edge)]
        values += [self.target] if self.target is not None else []
        values += self.scale or ()
        values += [level.value for level in self.levels]
        low = 0.0 if is_percentage(self.unit) and min(values) >= 0 else min(values)
        if 0 < low < 0.5 * max(values):
            low = 0.0
        return nice_ticks(min(low, max(values)), max(values), count)


def _draw(shape: _Shape, css: str, size: tuple[int, int]) -> Drawing:
    width, height = size
    small = css == "chart-small"
    left, right = (MARGIN_LEFT_SMALL if small else MARGIN_LEFT), width - MARGIN_RIGHT
    top, bottom = (10 if small else MARGIN_TOP), height - MARGIN_BOTTOM
    height += RUG_ROW * len(shape.rug) + (8 if shape.rug else 0)
    ticks = shape.ticks(2 if small else 4)
    first, last = shape.points[0].at, shape.points[-1].at
    seconds = (last - first).total_seconds() or 1.0

    def across(at: datetime) -> float:
        return round(left + (right - left) * (at - first).total_seconds() / seconds, 1)

    def down(value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return round(bottom - (bottom - top) * min(max(share, 0.0), 1.0), 1)

    return Drawing(
        css=css,
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        line=_path(shape.points, across, down),
        band=_band(shape.band, down),
        band_width=right - left,
        target=_target(shape, down, left=left, right=right),
        onset=_onset(shape, across),
        ticks_y=[
            Label(x=left - 8, y=down(t), text=on_axis(t, shape.unit), anchor="end") for t in ticks
        ],
        ticks_x=_days(shape.points, across, bottom + 20, 3 if width < 500 else 6),
        labels=_labels(shape, across, down, small=small, right=right),
        dots=_ends(shape, across, down),
        steps=[_step(level, shape, across, down) for level in shape.levels],
        rug=[
            RugRow(mark=row.mark, y=y, path=_marks(row, across, y))
            for y, row in (
                (bottom + 42 + RUG_ROW * place, row) for place, row in enumerate(shape.rug)
            )
        ],
    )


def _band(
    band: tuple[float, float] | None, down: Callable[[float], float]
) -> tuple[float, float] | None:
    if band is None:
        return None
    return down(band[1]), round(max(down(band[0]) - down(band[1]), 1.0), 1)


def _target(
    shape: _Shape, down: Callable[[float], float], *, left: float, right: float
) -> Label | None:
    if shape.target is None:
        return None
    # The words of a level before the onset begin at the left.
    taken = any(level.start is None for level in shape.levels)
    return Label(
        x=right if taken else left + 2,
        y=down(shape.target),
        text=f"target {on_axis(shape.target, shape.unit)}",
        anchor="end" if taken else "start",
    )


def _step(
    level: Level,
    shape: _Shape,
    across: Callable[[datetime], float],
    down: Callable[[float], float],
) -> Step:
    first, last = shape.points[0].at, shape.points[-1].at
    start = min(max(level.start or first, first), last)
    end = max(min(level.end or last, last), start)
    x1, x2, y = across(start), across(end), down(level.value)
    target = down(shape.target) if shape.target is not None else None
    crowded = target is not None and 0 <= y - target < 24
    if level.is_now:
        label = Label(x=across(last) + 8, y=y + 5, text=level.text)
    else:
        label = Label(x=x1 + 2, y=y + 17 if crowded else y - 7, text=level.text)
    return Step(x1=x1, x2=x2, y=y, label=label, is_now=level.is_now)


def _marks(row: Rug, across: Callable[[datetime], float], y: float) -> str:
    places = sorted({round(across(at)) for at in row.at})
    return "".join(mark_path(row.mark, x, y, 4.5) for x in places)


def _onset(shape: _Shape, across: Callable[[datetime], float]) -> float | None:
    inside = shape.onset and shape.points[0].at <= shape.onset <= shape.points[-1].at
    return across(shape.onset) if shape.onset and inside else None


def _path(
    points: Sequence[Point], across: Callable[[datetime], float], down: Callable[[float], float]
) -> str:
    drawn = _thin(points, MAX_POINTS)
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(drawn)]
    usual = median(gaps) if gaps else 0.0
    parts = []
    for position, point in enumerate(drawn):
        # A hole in the days is shown as a hole, not as a straight line across it.
        new = position == 0 or gaps[position - 1] > 3.5 * usual
        parts.append(f"{'M' if new else 'L'}{across(point.at)} {down(point.value)}")
    return "".join(parts)


def _ends(
    shape: _Shape, across: Callable[[datetime], float], down: Callable[[float], float]
) -> list[tuple[float, float]]:
    if shape.levels:
        return []
    last = shape.points[-1]
    return [(across(last.at), down(last.value))]


def _days(
    points: Sequence[Point], across: Callable[[datetime], float], y: float, count: int
) -> list[Label]:
    first, last = points[0].at, points[-1].at
    step = (last - first) / (count - 1)
    years = first.year != last.year
    labels = []
    for index in range(count):
        at = first + step * index
        anchor = "start" if index == 0 else "end" if index == count - 1 else "middle"
        labels.append(
            Label(x=across(at), y=y, text=day(at, year=years and count < 4), anchor=anchor)
        )
    return labels


def _labels(
    shape: _Shape,
    across: Callable[[datetime], float],
    down: Callable[[float], float],
    *,
    small: bool,
    right: float,
) -> list[Label]:
    last = shape.points[-1]
    text = on_axis(last.value, shape.unit)
    if last.n is not None:
        text = measure(last.value, shape.unit, last.n)
    y = down(last.value)
    # Where a level is labelled there, the last single day says less and is left out.
    labels = [] if shape.levels else [Label(x=right + 8, y=y + 4, text=text)]
    if shape.onset and _onset(shape, across) is not None and not small:
        x = across(shape.onset)
        anchor = "start" if x < right - 130 else "end"
        offset = 6 if anchor == "start" else -6
        labels.append(Label(x=x + offset, y=18, text=day(shape.onset), anchor=anchor))
    return labels


def _thin(points: Sequence[Point], most: int) -> Sequence[Point]:
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(index * step)] for index in range(most)]


def _summary(
    points: Sequence[Point],
    unit: str,
    band: tuple[float, float] | None,
    onset: datetime | None,
    levels: Sequence[Level] = (),
) -> str:
    last = points[-1]
    now = next((level for level in levels if level.is_now), None)
    said = "" if now else f"; the last is {measure(last.value, unit, last.n)}"
    text = f"{len(points)} values from {day(points[0].at)} to {day(last.at, year=True)}{said}."
    if onset:
        text += f" The change begins on {day(onset, year=True)}."
    if band:
        low, high = (measure(_rough(max(edge, 0.0), unit), unit) for edge in band)
        text += f" Before it, values usually lay between {low} and {high} (grey band)."
    return text


def _with_unit(title: str, unit: str) -> str:
    counted = is_percentage(unit) or unit in ("", "count", "number")
    return title if counted or unit.lower() in title.lower() else f"{title}, in {unit}"


def _rough(value: float, unit: str) -> float:
    # A range is no exact thing: whole percent are enough.
    return round(value, 2) if unit in SHARE_UNITS else value


def _n(point: Point) -> str:
    return f"{point.n:,.0f}" if point.n is not None else "not given"
