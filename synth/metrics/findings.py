"""What a detector hands on, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synth.core.periods import Period
from synth.core.proportions import Proportion, wilson
from synth.metrics.series import RegularSeries
from synth.metrics.types import AnomalyKind, Good, Metric

#: Days that count as "now" for differences that stand rather than begin.
RECENT_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that stands out in a metric, before it has an id and people."""

    kind: AnomalyKind
    direction: Good
    segment: Mapping[str, str]
    window: Period | None
    baseline: float
    observed: float
    score: float
    reason: str
    baseline_share: Proportion | None = None
    observed_share: Proportion | None = None
    affected: frozenset[str] = field(default_factory=frozenset)  #: where the values name people
    unaffected: frozenset[str] = field(default_factory=frozenset)


def share_of(series: RegularSeries, start: int, end: int) -> Proportion | None:
    """Return k of n over the days [start, end), where the series is a share."""
    counts = series.counts(start, end)
    return wilson(*counts) if counts and counts[1] > 0 else None


def write_value(metric: Metric, value: float, share: Proportion | None = None) -> str:
    """Return a value in words: counts with interval where there are any, else the bare number."""
    if share is not None:
        return str(share)
    if metric.unit in ("share", "percent", "%", "count", "value"):
        return f"{value:.3g}"
    return f"{value:.3g} {metric.unit}"


def write_range(metric: Metric, low: float, high: float) -> str:
    """Return in words between which values points lay: of a share in per cent."""
    if metric.unit == "share":
        return f"{100 * low:.3g} to {100 * high:.3g} %"
    return f"{low:.3g} to {write_value(metric, high)}"


def is_worse(metric: Metric, value: float, than: float) -> bool:
    """Return whether `value` is on the wrong side of `than` for this metric."""
    return value < than if metric.good is Good.UP else value > than


def recent(series: RegularSeries) -> tuple[int, int]:
    """Return the last days of a series, as [start, end)."""
    return max(0, len(series) - RECENT_DAYS), len(series)


def window_of(series: RegularSeries, start: int, end: int) -> Period:
    """Return the days [start, end) as a period."""
    return Period(series.moment(start), series.moment(end))
