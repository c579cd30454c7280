"""Geometry of a line over time: values in, SVG coordinates out; no markup here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from statistics import median

from api.web.chart_contexts import Drawing, Label, Level, Point, Rug, RugRow, Step
from api.web.format import day, is_percentage, measure, on_axis
from api.web.marks import mark_path

#: Room around the lines, less of it at the left of a small chart, and of one row of marks.
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 52, 62, 30, 30
MARGIN_LEFT_SMALL = 48
RUG_ROW = 22

#: Points that are drawn; a longer series is thinned for the line, never for the table.
MAX_POINTS = 366


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A series with everything that is drawn beside it."""

    points: Sequence[Point]
    unit: str
    band: tuple[float, float] | None
    onset: datetime | None
    target: float | None
    scale: tuple[float, float] | None
    levels: Sequence[Level] = ()
    rug: Sequence[Rug] = ()

    def ticks(self, count: int) -> list[float]:
        """Return about `count` values for the axis; a share begins at nought."""
        values = [point.value for point in self.points]
        values += [edge for edge in (self.band or ()) if isfinite(edge)]
        values += [self.target] if self.target is not None else []
        values += self.scale or ()
        values += [level.value for level in self.levels]
        low = 0.0 if is_percentage(self.unit) and min(values) >= 0 else min(values)
        if 0 < low < 0.5 * max(values):
            low = 0.0
        return nice_ticks(min(low, max(values)), max(values), count)


def draw(shape: Shape, css: str, size: tuple[int, int]) -> Drawing:
    """Return the chart at a size (width, height), as the style `css` shows it."""
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
    shape: Shape, down: Callable[[float], float], *, left: float, right: float
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
    shape: Shape,
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


def _onset(shape: Shape, across: Callable[[datetime], float]) -> float | None:
    inside = shape.onset and shape.points[0].at <= shape.onset <= shape.points[-1].at
    return across(shape.onset) if shape.onset and inside else None


def _path(
    points: Sequence[Point], across: Callable[[datetime], float], down: Callable[[float], float]
) -> str:
    drawn = thin(points, MAX_POINTS)
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(drawn)]
    usual = median(gaps) if gaps else 0.0
    parts = []
    for position, point in enumerate(drawn):
        # A hole in the days is shown as a hole, not as a straight line across it.
        new = position == 0 or gaps[position - 1] > 3.5 * usual
        parts.append(f"{'M' if new else 'L'}{across(point.at)} {down(point.value)}")
    return "".join(parts)


def _ends(
    shape: Shape, across: Callable[[datetime], float], down: Callable[[float], float]
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
    shape: Shape,
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


def thin(points: Sequence[Point], most: int) -> Sequence[Point]:
    """Return at most `most` points, evenly picked, the first and the last among them."""
    if len(points) <= most:
        return points
    step = (len(points) - 1) / (most - 1)
    return [points[round(index * step)] for index in range(most)]


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
