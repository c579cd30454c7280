"""Alarms in a series of hours or minutes: points or short runs far from what was expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.metrics.forecasts import choose, forecasts_of
from synth.metrics.tails import tail_scores

Floats = NDArray[np.float64]

#: Lengths of the runs judged side by side: a point, and the means of the last few.
RUNS = (1, 5, 12)

#: Mean -log10 of the chances of these runs from which there is an alarm, for people who are told of
#: each; and where a false alarm costs little.
ALARM, SENSITIVE = 4.5, 2.0

#: Scores are not told apart from here.
HIGHEST = 99.0

#: Days without a further alarm after one: what goes on is the same event.
QUIET_DAYS = 1.0

#: Unless it is worse than at the last alarm by so much.
ESCALATION = 1.0


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A point at which a series left what was expected."""

    point: int
    expected: float
    observed: float
    score: float  #: mean -log10 of the chances of the runs that end here


def find_alarms(
    values: Floats, *, per_day: int, errors: Floats | None = None, limit: float = ALARM
) -> list[Alarm]:
    """Return the alarms of an evenly spaced series, in time order, each from its past only.

    `per_day` is the number of points in a day; NaN are points without a value. `errors` is the
    counting error of each point relative to the others, where the values are shares or counts: a
    share of few is expected to stray further. `limit` is the score from which there is an alarm.
    """
    forecasts = forecasts_of(values, per_day)
    chosen = choose(values, forecasts, per_day)[None, :]
    scores = np.take_along_axis(
        np.stack([_scores(values - one, errors) for one in forecasts]), chosen, axis=0
    )[0]
    expected = np.take_along_axis(np.stack(forecasts), chosen, axis=0)[0]
    alarms: list[Alarm] = []
    for point in np.flatnonzero((scores >= limit) & np.isfinite(values)):
        if alarms and _is_same(alarms[-1], int(point), float(scores[point]), per_day):
            continue
        alarms.append(
            Alarm(
                point=int(point),
                expected=float(expected[point]),
                observed=float(values[point]),
                score=round(float(scores[point]), 3),
            )
        )
    return alarms


def _scores(departures: Floats, errors: Floats | None) -> Floats:
    """Return the mean score of the runs that end at each point."""
    own = departures if errors is None else departures / errors
    mean = np.mean([tail_scores(_run_mean(own, run)) for run in RUNS], axis=0)
    return np.asarray(np.minimum(mean, HIGHEST))


def _is_same(last: Alarm, point: int, score: float, per_day: int) -> bool:
    """Return whether a point goes on with the event of the last alarm."""
    return point - last.point <= QUIET_DAYS * per_day and score <= last.score + ESCALATION


def _run_mean(departures: Floats, run: int) -> Floats:
    """Return the mean of the last `run` points; one without a value counts as expected."""
    seen = np.isfinite(departures)
    total = np.concatenate([[0.0], np.cumsum(np.where(seen, departures, 0.0))])
    end = np.arange(1, len(departures) + 1)
    return np.where(seen, (total[end] - total[np.maximum(end - run, 0)]) / run, np.nan)
