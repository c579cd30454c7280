"""Time order: does a complaint begin only after the change it is compared with?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

#: Days by which a found onset may be off; a complaint may begin that late and still be "during".
LAG_DAYS = 3.0

#: Share of a theme's passages that may be in it by mistake, at any time.
STRAY = 0.1

#: How many log units better a late start must explain the times (20 to 1) to be believed.
EVIDENCE_NEEDED = 3.0

DAY = timedelta(days=1)
Days = NDArray[np.float64]


class TimeOrder(StrEnum):
    """When people began to speak about a theme, relative to the onset."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    UNKNOWN = "unknown"


def time_order(
    onset: datetime | None, said: Sequence[datetime], evidence: Sequence[datetime]
) -> TimeOrder:
    """Compare when a theme is `said` with when `evidence` of any theme is, around `onset`.

    A theme that begins at a day s is modelled as spread like all evidence from s on, apart from
    strays. The likeliest s decides; "after" needs clearly better odds than any start up to the
    onset plus the lag, so few mentions never prove it.
    """
    if onset is None or not said:
        return TimeOrder.UNKNOWN
    days = _days(onset, said)
    everything = np.sort(np.concatenate([_days(onset, evidence), days]))
    starts = np.unique(days)
    early = np.concatenate([[-np.inf, 0.0], starts[starts <= LAG_DAYS]])
    late = starts[starts > LAG_DAYS]
    always = _fit(days, everything, -np.inf)
    best_early = max(_fit(days, everything, start) for start in early)
    best_late = max((_fit(days, everything, start) for start in late), default=-np.inf)
    if best_late - best_early >= EVIDENCE_NEEDED:
        return TimeOrder.AFTER
    return TimeOrder.BEFORE if best_early - always < EVIDENCE_NEEDED else TimeOrder.DURING


def _days(onset: datetime, moments: Sequence[datetime]) -> Days:
    return np.asarray([(moment - onset) / DAY for moment in moments], dtype=np.float64)


def _fit(days: Days, everything: Days, start: float) -> float:
    """Return the log likelihood of `days` if the theme begins at `start`."""
    left = (len(everything) - np.searchsorted(everything, start)) / len(everything)
    density = STRAY + (1 - STRAY) * (days >= start) / max(left, 1e-9)
    return float(np.log(density).sum())
