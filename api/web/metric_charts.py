"""Series of metrics and anomalies to charts: their levels, their slices on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median

from api.web.chart_contexts import Level, Point, Rug, SeriesChart
from api.web.charts import series_chart
from api.web.format import headline, is_percentage, measure, on_axis, slice_words, values
from synth.metrics.segments import EVERYBODY, parse_segment
from synth.metrics.types import Anomaly, Metric, Observation

#: Slices that are drawn.
SLICES = 6
#: Days that say where a metric stands now: single days are few people each.
RECENT = timedelta(days=28)


def points(series: Sequence[Observation]) -> list[Point]:
    """Return a series as points of a chart."""
    return [Point(at=item.ts, value=item.value, n=item.denominator) for item in series]


def anomaly_chart(
    anomaly: Anomaly,
    metric: Metric,
    series: Sequence[Observation],
    *,
    title: str = "",
    rug: Sequence[Rug] = (),
) -> SeriesChart | None:
    """Return the chart of an anomaly's series, titled with its finding unless the page says it."""
    onset = anomaly.window.start if anomaly.window and anomaly.kind.value == "shift" else None
    return series_chart(
        title or headline(anomaly, metric),
        points(series),
        metric.unit,
        onset=onset,
        target=metric.target,
        levels=levels(anomaly, metric.unit),
        rug=rug,
    )


def recent(series: Sequence[Observation], unit: str) -> list[Level]:
    """Return where a series stood in its last 28 days: pooled where counted, else the median."""
    if len(series) < 2:
        return []
    start = max(series[0].ts, series[-1].ts - RECENT)
    last = [item for item in series if item.ts > start]
    people = sum(item.denominator or 0 for item in last)
    if is_percentage(unit) and people:
        value = sum(item.value * (item.denominator or 0) for item in last) / people
        text = measure(value, unit, people)
    else:
        value = median(item.value for item in last)
        text = on_axis(value, unit)
    return [Level(value=value, text=text, start=start, is_now=True)]


def levels(anomaly: Anomaly, unit: str) -> list[Level]:
    """Return where the metric was and is, over the time each holds for."""
    before, after = values(anomaly, unit if is_percentage(unit) else "")
    kind, window = anomaly.kind.value, anomaly.window
    start, end = (window.start, window.end) if window else (None, None)
    now = Level(value=anomaly.observed, text=after, start=start, end=end, is_now=True)
    if kind == "shift":
        return [Level(value=anomaly.baseline, text=f"{before} before", end=start), now]
    if kind == "segment":
        text = f"{before} elsewhere"
        return [Level(value=anomaly.baseline, text=text, start=start, end=end), now]
    return [now]


def slice_charts(
    metric: Metric, found: Mapping[str, Sequence[Observation]]
) -> list[tuple[str, SeriesChart]]:
    """Return a small line per slice, all on one scale."""
    slices = {key: series for key, series in found.items() if key != EVERYBODY}
    values = [item.value for series in slices.values() for item in series]
    drawn = []
    for key in sorted(slices)[:SLICES]:
        name = slice_words(parse_segment(key))
        chart = series_chart(
            name,
            points(slices[key]),
            metric.unit,
            compact=True,
            levels=recent(slices[key], metric.unit),
            scale=(min(values), max(values)),
        )
        if chart is not None:
            drawn.append((name, chart))
    return drawn


def series_of(
    anomaly: Anomaly, found: Mapping[str, Sequence[Observation]]
) -> Sequence[Observation]:
    """Return the series of the anomaly's own slice, or everybody's where it has none."""
    wanted = dict(anomaly.segment)
    key = next((key for key in found if dict(parse_segment(key)) == wanted), EVERYBODY)
    return found.get(key, [])
