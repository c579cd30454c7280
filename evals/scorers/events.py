"""Matches alarms with planted or labelled events: found, missed, false.

Cannot see: whether the size or the direction of an alarm is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Points [start, end) of an event.
Spell = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What the alarms on one series were."""

    found: int
    missed: int
    false: int
    months: float  #: length of the series


def match(
    events: Sequence[Spell], alarms: Sequence[int], *, months: float, early: int, late: int
) -> Matched:
    """Return how many events had an alarm, and how many alarms had no event.

    An alarm belongs to an event from `early` points before its start to `late` points after its
    start (was it found?) or its end (does a further alarm on it count as false?).
    """
    found = sum(
        any(start - early <= alarm <= start + late for alarm in alarms) for start, _ in events
    )
    false = sum(
        not any(start - early <= alarm <= max(end, start) + late for start, end in events)
        for alarm in alarms
    )
    return Matched(found=found, missed=len(events) - found, false=false, months=months)


def event_f1(matched: Sequence[Matched], rows: NDArray[np.int64] | None = None) -> float:
    """Return 2 found / (2 found + missed + false) over all series; NaN without any event."""
    chosen = list(matched) if rows is None else [matched[int(row)] for row in rows]
    found = sum(item.found for item in chosen)
    below = 2 * found + sum(item.missed + item.false for item in chosen)
    return 2 * found / below if below else float("nan")


def recall(matched: Sequence[Matched], rows: NDArray[np.int64] | None = None) -> float:
    """Return the share of events found; NaN without any event."""
    chosen = list(matched) if rows is None else [matched[int(row)] for row in rows]
    events = sum(item.found + item.missed for item in chosen)
    return sum(item.found for item in chosen) / events if events else float("nan")


def false_per_month(matched: Sequence[Matched], rows: NDArray[np.int64] | None = None) -> float:
    """Return false alarms per series and month."""
    chosen = list(matched) if rows is None else [matched[int(row)] for row in rows]
    return sum(item.false for item in chosen) / sum(item.months for item in chosen)
