"""The NAB score of alarms on labelled series (Lavin and Ahmad 2015, standard profile), our own.

Cannot see: whether an alarm says why; windows of the benchmark are generous, so an alarm inside one
may be luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

#: Weights of the standard profile: a window found, an alarm outside, a window missed.
FOUND, FALSE_ALARM, MISSED = 1.0, 0.11, 1.0

#: The first part of a series is for learning and is not scored.
LEARNING_SHARE, LEARNING_MOST = 0.15, 750

#: Window widths after which an alarm is as false as it can be.
FAR = 3.0

#: First and last point of a labelled window, both inside.
Window = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class NabScore:
    """The score of one series with what silence and perfection would have got."""

    raw: float
    null: float
    perfect: float


def score_alarms(length: int, windows: Sequence[Window], alarms: Sequence[int]) -> NabScore:
    """Return the score of alarms at these points of a series; points count from 0.

    The first alarm in a window counts, the earlier the more; further ones there change nothing.
    Each alarm outside costs, the more the further it lies behind a window.
    """
    learning = min(int(LEARNING_SHARE * length), LEARNING_MOST)
    scored = [window for window in windows if window[1] >= learning]
    given = sorted({alarm for alarm in alarms if learning <= alarm < length})
    raw = 0.0
    for start, end in scored:
        inside = [alarm for alarm in given if start <= alarm <= end]
        raw += _reward(inside[0], (start, end)) if inside else -MISSED
    for alarm in given:
        if not any(start <= alarm <= end for start, end in windows):
            raw += _penalty(alarm, windows)
    return NabScore(raw=raw, null=-MISSED * len(scored), perfect=FOUND * len(scored))


def points_of(scores: Sequence[NabScore], rows: NDArray[np.int64] | None = None) -> float:
    """Return the points of a corpus: 0 is silence, 100 the first point of every window.

    `rows` picks series, some perhaps twice. A corpus without a window has no points: NaN.
    """
    chosen = list(scores) if rows is None else [scores[int(row)] for row in rows]
    null = sum(score.null for score in chosen)
    room = sum(score.perfect for score in chosen) - null
    return 100 * (sum(score.raw for score in chosen) - null) / room if room else float("nan")


def _reward(alarm: int, window: Window) -> float:
    """Return nearly 0 at the end of the window up to `FOUND` at its first point."""
    width = window[1] - window[0] + 1
    return FOUND * _sigmoid(-(window[1] - alarm + 1) / width) / _sigmoid(-1.0)


def _penalty(alarm: int, windows: Sequence[Window]) -> float:
    before = [window for window in windows if window[1] < alarm]
    if not before:
        return -FALSE_ALARM
    start, end = before[-1]
    past = (alarm - end) / max(end - start, 1)
    return FALSE_ALARM * (_sigmoid(past) if past < FAR else -1.0)


def _sigmoid(position: float) -> float:
    """Return 2 / (1 + e^(5 x)) - 1: 0.987 a window before its end, 0 there, negative after it."""
    return 2 / (1 + exp(5 * position)) - 1
