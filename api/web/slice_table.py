"""The slices of a metric as a table: what each was before an anomaly and is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from api.web.format import on_axis, slice_words
from synth.core.proportions import wilson
from synth.metrics.segments import EVERYBODY, parse_segment
from synth.metrics.types import Anomaly, Metric, Observation

#: Days before the onset that are compared.
BEFORE = timedelta(days=28)

#: Slices shown at most: those whose level changed most.
MOST = 12


@dataclass(frozen=True, kw_only=True)
class SliceRow:
    """One slice: its level before and in the anomaly's days, with counts where there are any."""

    name: str
    before: str
    after: str
    is_worse: bool
    is_own: bool  #: the slice the anomaly is about
    size: float  #: how far it moved, for the order


def slice_rows(
    anomaly: Anomaly, metric: Metric, found: Mapping[str, Sequence[Observation]]
) -> list[SliceRow]:
    """Return a row per slice with values on both sides, the one that moved most first."""
    if anomaly.window is None:
        return []
    rows = []
    for key, series in found.items():
        before = [one for one in series if _is_before(one.ts, anomaly.window.start)]
        after = [one for one in series if one.ts in anomaly.window]
        if key == EVERYBODY or not before or not after:
            continue
        was, now = _level(before), _level(after)
        rows.append(
            SliceRow(
                name=slice_words(parse_segment(key)),
                before=_words(before, metric),
                after=_words(after, metric),
                is_worse=(now < was) == (metric.good.value == "up") and now != was,
                is_own=parse_segment(key) == dict(anomaly.segment),
                size=abs(now - was),
            )
        )
    return sorted(rows, key=lambda row: (-row.size, row.name))[:MOST]


def _is_before(at: datetime, onset: datetime) -> bool:
    return onset - BEFORE <= at < onset


def _counts(days: Sequence[Observation]) -> tuple[int, int] | None:
    if any(day.numerator is None or not day.denominator for day in days):
        return None
    k = sum(day.numerator or 0 for day in days)
    n = sum(day.denominator or 0 for day in days)
    is_share = k == int(k) and n == int(n) and 0 <= k <= n
    return (int(k), int(n)) if is_share else None


def _level(days: Sequence[Observation]) -> float:
    counts = _counts(days)
    return counts[0] / counts[1] if counts else median(day.value for day in days)


def _words(days: Sequence[Observation], metric: Metric) -> str:
    counts = _counts(days)
    return str(wilson(*counts)) if counts else f"{on_axis(_level(days), metric.unit)} (median)"
