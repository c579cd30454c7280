"""Charts of series: values in, a drawing for each width, a summary and table rows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import isfinite
from statistics import median

from api.web.chart_contexts import Level, Point, Rug, SeriesChart
from api.web.chart_drawing import Shape, draw, thin
from api.web.format import SHARE_UNITS, day, is_percentage, measure

#: Width and height of the two drawings of one chart: wide screens, narrow screens.
WIDE = (720, 300)
NARROW = (360, 260)
TABLE_ROWS = 120


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
    shape = Shape(
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
        drawings=[draw(shape, css, size) for css, size in zip(names, sizes, strict=True)],
        columns=("Day", "Value", "Counted in"),
        rows=rows[-TABLE_ROWS:],
        left_out=max(0, len(rows) - TABLE_ROWS),
        rug=[(row.mark, row.title, len(row.at)) for row in shape.rug],
    )


def spark(points: Sequence[Point], *, width: float = 96, height: float = 24) -> str:
    """Return the path of a tiny line, or "" without two values."""
    points = thin([point for point in points if isfinite(point.value)], 60)
    if len(points) < 2:
        return ""
    low, high = min(p.value for p in points), max(p.value for p in points)
    span = (high - low) or 1.0
    step = width / (len(points) - 1)
    return "M" + "L".join(
        f"{position * step:.1f} {2 + (height - 4) * (1 - (point.value - low) / span):.1f}"
        for position, point in enumerate(points)
    )


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
