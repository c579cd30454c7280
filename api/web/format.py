"""Numbers, dates and names as people read them: the same words on every page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from synth.insights.readable import (
    MINUS,
    SHARE_UNITS,
    THIN,
    counted,
    day,
    is_percentage,
    measure,
    metric_title,
    metric_words,
    number,
    people,
    readable,
    sentence,
    words,
)
from synth.metrics.types import Anomaly, Good, Metric

#: What pages share with what leaves on paper; pages import it from here.
__all__ = [
    "MINUS",
    "SHARE_UNITS",
    "THIN",
    "counted",
    "day",
    "is_percentage",
    "measure",
    "metric_title",
    "metric_words",
    "number",
    "people",
    "readable",
    "sentence",
    "words",
]

ARROW = "\N{RIGHTWARDS ARROW}"


def on_axis(value: float, unit: str) -> str:
    """Return a value for a chart: percent keep their sign, another unit is in the title."""
    return measure(value, unit) if is_percentage(unit) else number(value)


def moment(value: datetime | None) -> str:
    """Return for example "20 Feb 2026, 09:12 UTC"."""
    return f"{day(value, year=True)}, {value:%H:%M} UTC" if value else "no date"


def clock(milliseconds: int | None) -> str:
    """Return a position in a recording, for example "04:17" or "1:02:09"."""
    if milliseconds is None:
        return ""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    tail = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{tail}" if hours else tail


def size(count: int) -> str:
    """Return a number of bytes in words."""
    for unit, factor in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= factor:
            return f"{number(round(count / factor, 1))} {unit}"
    return counted(count, "byte")


def short_id(text: str) -> str:
    """Return the end of an id or hash, enough to tell two apart; other text stays as it is."""
    # The end: ids of the same minute begin alike.
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}", text):
        return f"\N{HORIZONTAL ELLIPSIS}\N{WORD JOINER}{text[-8:]}"
    return text


def slice_words(segment: Mapping[str, str]) -> str:
    """Return a slice in words, for example "plan enterprise, region EU"; all gives "everybody"."""
    return ", ".join(f"{words(key)} {value}" for key, value in sorted(segment.items())) or (
        "everybody"
    )


def is_worse(direction: Good, good: Good) -> bool:
    """Return whether moving in `direction` is bad for a metric that should move to `good`."""
    return direction is not good


def sample_size(anomaly: Anomaly) -> float | None:
    """Return what the observed share was counted in, where it is a share."""
    return anomaly.observed_share.n if anomaly.observed_share else None


def values(anomaly: Anomaly, unit: str) -> tuple[str, str]:
    """Return where a metric was or should be, and where it is, each with what it was counted in."""
    before, after = anomaly.baseline_share, anomaly.observed_share
    return (
        measure(anomaly.baseline, unit, before.n if before else sample_size(anomaly)),
        measure(anomaly.observed, unit, after.n if after else None),
    )


def short_headline(anomaly: Anomaly) -> str:
    """Return what happened without its values, for rows that show them beside it."""
    moved = "rose" if anomaly.direction is Good.UP else "fell"
    far = "higher" if anomaly.direction is Good.UP else "lower"
    where = slice_words(anomaly.segment) if anomaly.segment else ""
    inside = f" in {where}" if where else ""
    since = f" on {day(anomaly.window.start)}" if anomaly.window else ""
    return (
        metric_title(anomaly.metric)
        + {
            "shift": f" {moved}{inside}{since}",
            "segment": f" is far {far}{inside} than elsewhere",
            "target": f" misses its target{inside}",
            "person": f" is far {far} for some people{inside}",
            "rule": f": a rule holds{inside}",
        }[anomaly.kind.value]
    )


def headline(anomaly: Anomaly, metric: Metric | None) -> str:
    """Return the sentence an anomaly is known by, without its reasons."""
    unit = metric.unit if metric else ""
    # "Provisioning minutes is 17.9 minutes" says its unit twice.
    said = unit and unit.lower() in metric_words(anomaly.metric).lower().split()
    before, after = values(anomaly, "" if said else unit)
    name = metric_title(anomaly.metric)
    where = f" in {slice_words(anomaly.segment)}" if anomaly.segment else ""
    apart = "above" if anomaly.direction is Good.UP else "below"
    moved = "rose" if anomaly.direction is Good.UP else "fell"
    since = f" on {day(anomaly.window.start)}" if anomaly.window else ""
    return {
        "shift": f"{name}{where} {moved} from {before} to {after}{since}",
        "segment": f"{name} is {after}{where}, against {before} elsewhere",
        "target": f"{name} is {after}{where}, {apart} its target of {before}",
        "person": f"{name} is {after} for some people{where}, {apart} the expected {before}",
        "rule": f"A rule about {metric_words(anomaly.metric)} holds{where}",
    }[anomaly.kind.value]
