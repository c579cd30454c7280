"""Everything that moved in one series: levels and lone points, and of hours also short alarms."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from synth.metrics.series import Floats, RegularSeries
from synth.metrics.shifts import Shift, find_shifts
from synth.metrics.streams import QUIET_DAYS, Alarm, find_alarms

#: Days of a series of hours before a short alarm is believed: both weekends must be known.
LEARNING_DAYS = 14


def find_moves(series: RegularSeries, *, closed: Collection[date] = ()) -> list[Shift]:
    """Return when a series was off, in time order, every move once.

    Days in `closed`, holidays for example, are not judged.
    """
    shifts = find_shifts(series, closed=closed)
    if series.per_day == 1:
        return shifts
    quiet = round(QUIET_DAYS * series.per_day)
    moves = list(shifts)
    for alarm in _alarms(series, closed):
        if not any(one.start - quiet <= alarm.point <= one.end + quiet for one in moves):
            moves.append(_lone(series, alarm))
    return sorted(moves, key=lambda shift: shift.start)


def _alarms(series: RegularSeries, closed: Collection[date]) -> list[Alarm]:
    open_ = [series.moment(point).date() not in closed for point in range(len(series))]
    values = np.where(open_, series.values, np.nan)
    found = find_alarms(values, per_day=series.per_day, errors=_errors(series))
    return [alarm for alarm in found if alarm.point >= LEARNING_DAYS * series.per_day]


def _errors(series: RegularSeries) -> Floats | None:
    """Return how far counting alone lets each point stray, relative to the others."""
    if series.denominators is None:
        return None
    return np.asarray(1 / np.sqrt(np.where(series.denominators > 0, series.denominators, np.nan)))


def _lone(series: RegularSeries, alarm: Alarm) -> Shift:
    """Return an alarm as a move of one point, its chance written in standard errors."""
    from scipy.stats import norm

    z = float(norm.isf(max(10**-alarm.score, 1e-300) / 2))
    return Shift(
        start=alarm.point,
        end=alarm.point + 1,
        base_start=max(0, alarm.point - 7 * series.per_day),
        is_open=alarm.point + 1 == len(series),
        z=round(z if alarm.observed > alarm.expected else -z, 3),
    )
