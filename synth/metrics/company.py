"""What else moved: metrics whose shifts began in the same days are named beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople

#: Onsets this near are told of together.
NEAR = timedelta(days=3)

#: Metrics named at most; the rest are counted.
MOST_NAMED = 3


def with_company(found: Sequence[AnomalyPeople]) -> list[AnomalyPeople]:
    """Return the anomalies, each shift's reason with the other metrics that moved with it."""
    anomalies = [item.anomaly for item in found]
    return [replace(item, anomaly=_told(item.anomaly, anomalies)) for item in found]


def _told(anomaly: Anomaly, others: Sequence[Anomaly]) -> Anomaly:
    names = sorted({other.metric for other in others if _moved_with(anomaly, other)})
    if not names:
        return anomaly
    named = ", ".join(names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return replace(anomaly, reason=f"{anomaly.reason}; in the same days moved {named}{more}")


def _moved_with(one: Anomaly, other: Anomaly) -> bool:
    if one.metric_id == other.metric_id or one.window is None or other.window is None:
        return False
    are_shifts = one.kind is AnomalyKind.SHIFT and other.kind is AnomalyKind.SHIFT
    return are_shifts and abs(one.window.start - other.window.start) <= NEAR
