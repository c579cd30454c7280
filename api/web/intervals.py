"""Lifts with their intervals, placed on one log axis."""

from __future__ import annotations

from math import log

from api.web.chart_contexts import IntervalRow


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
