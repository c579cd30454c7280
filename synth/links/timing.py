"""Time order: does a complaint begin only after the change it is compared with?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

#: Days by which a found onset may be off; a complaint may begin that late and still be "during".
LAG_DAYS = 3.0

#: Shares of a theme's people that may be in it by mistake, at any time; the likeliest counts.
STRAYS = (0.05, 0.1, 0.2, 0.3, 0.4)

#: How many log units better a late start must explain the times (20 to 1) to be believed.
EVIDENCE_NEEDED = 3.0

#: Days after the onset at which a second complaint in the same theme may begin, to be compared.
LATE_DAYS = np.arange(5.0, 22.0)

#: Log odds ratios of being hit that those who speak about a theme may have.
LOG_ODDS = np.linspace(0.0, 3.0, 61)

#: How many log units better it must be explained by latecomers alone (7 to 1) to be believed.
LATECOMERS_NEEDED = 2.0

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
    strays; the likeliest s and share of strays count. "After" looks only at what is said from
    the onset on, so that strays from before do not hide a late start, and it needs clearly
    better odds than any start up to the onset plus the lag: few mentions never prove it. Where
    nobody was heard before the onset, nobody can tell whether it was said before.
    """
    if onset is None or not said:
        return TimeOrder.UNKNOWN
    days = np.sort(_days(onset, said))
    everything = np.sort(np.concatenate([_days(onset, evidence), days]))
    if _begins_late(days[days >= 0], everything[everything >= 0]):
        return TimeOrder.AFTER
    if everything[0] >= 0:
        return TimeOrder.UNKNOWN
    starts = np.concatenate([[0.0], np.unique(days[days <= LAG_DAYS])])
    during = _best_fit(days, everything, starts) >= EVIDENCE_NEEDED
    return TimeOrder.DURING if during else TimeOrder.BEFORE


def carried_by_latecomers(
    onset: datetime | None, hit: Sequence[datetime], spared: Sequence[datetime], *, rate: float
) -> bool:
    """Return whether an overlap comes only from people who first spoke well after the onset.

    `hit` and `spared` are when the theme's people first spoke; `rate` is the share of all other
    people that was hit. A theme can mix a complaint that began with the change with one that came
    after it: then only the latecomers are hit more often. That story, over all days on which the
    second may begin, is compared with "all are hit alike" by their average likelihoods.
    """
    if onset is None or not hit or not 0 < rate < 1:
        return False
    was_hit, not_hit = _days(onset, hit), _days(onset, spared)
    alike = _mean_likelihood(len(was_hit), len(not_hit), rate)
    stories = []
    for day in LATE_DAYS:
        late = int((was_hit >= day).sum()), int((not_hit >= day).sum())
        early = len(was_hit) - late[0], len(not_hit) - late[1]
        chance = float(early[0] * np.log(rate) + early[1] * np.log(1 - rate))
        stories.append(chance + _mean_likelihood(*late, rate))
    return _log_mean(np.asarray(stories)) - alike >= LATECOMERS_NEEDED


def _mean_likelihood(hit: int, spared: int, rate: float) -> float:
    """Return the log likelihood of the counts, averaged over the odds ratios."""
    odds = rate / (1 - rate) * np.exp(LOG_ODDS)
    return _log_mean(hit * np.log(odds / (1 + odds)) - spared * np.log1p(odds))


def _log_mean(logs: Days) -> float:
    most = float(logs.max())
    return most + float(np.log(np.exp(logs - most).mean()))


def _days(onset: datetime, moments: Sequence[datetime]) -> Days:
    return np.asarray([(moment - onset) / DAY for moment in moments], dtype=np.float64)


def _begins_late(days: Days, everything: Days) -> bool:
    """Return whether what is said from the onset on begins after the lag, strays apart."""
    starts = np.unique(days)
    early, late = starts[starts <= LAG_DAYS], starts[starts > LAG_DAYS]
    best_early = max(_best_fit(days, everything, early), 0.0)
    return _best_fit(days, everything, late) - best_early >= EVIDENCE_NEEDED


def _best_fit(days: Days, everything: Days, starts: Days) -> float:
    """Return how many log units better than "at any time" the best of `starts` explains `days`."""
    if not len(starts):
        return -np.inf
    left = 1 - np.searchsorted(everything, starts) / len(everything)
    since = len(days) - np.searchsorted(days, starts)
    strays = np.asarray(STRAYS)[:, None]
    density = strays + (1 - strays) / np.maximum(left, 1e-9)
    return float((since * np.log(density) + (len(days) - since) * np.log(strays)).max())
