"""A series made ready for comparison: season removed, noise and its memory known."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from synth.metrics.series import Floats, RegularSeries, are_counts

#: Points and seasons a series needs before anything is said: of days, three weeks.
MIN_POINTS, MIN_SEASONS = 21, 2

#: Weeks from which hours are compared with the same hour of the week, not only of the day.
MIN_WEEKS = 3

WEEK = 7

#: Lags whose steps tell how long noise lasts; the share of largest steps left out, which level
#: shifts make, and what is left of a normal variance then.
LAGS, TRIM, TRIMMED_NORMAL = (1, 2, 3, 4), 0.1, 0.623

#: Memory of the noise that is believed, tried in steps.
MEMORIES = np.linspace(0.0, 0.9, 46)

#: Positive values this large are compared by ratio, smaller ones by difference.
RATIO_FROM = 30.0

#: Counts vary at least as if so many were expected.
LEAST_RATE = 0.2

#: Noise is at least this part of the level.
LEAST_NOISE = 1e-3

#: A lonely day farther off than this is cut to it before levels are compared.
CLIP = 4.0


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A series without season, with the weight of each day."""

    raw: Floats
    level: Floats  #: the same with lonely days cut
    weights: Floats  #: 1 / variance of a day in a mean of days; 0 where the day is not judged
    deviation: Floats  #: standard deviation of a single day
    dispersion: float  #: variance over that of mere counting; 1 where there are no counts
    is_ratio: bool  #: levels are natural logarithms

    def mean(self, start: int, end: int) -> float:
        """Return the level over the days [start, end)."""
        weights = self.weights[start:end]
        if weights.sum() == 0:
            return float("nan")
        return float(np.average(self.level[start:end], weights=weights))


def make_ready(series: RegularSeries, *, closed: Collection[date] = ()) -> Ready | None:
    """Return the series ready for comparison, or None if it is too short.

    Days in `closed` (holidays) and days without a value carry no weight.
    """
    seen = np.isfinite(series.values) & ~_is_closed(series, closed)
    if seen.sum() < max(MIN_POINTS, MIN_SEASONS * _period(series)):
        return None
    is_ratio = _is_compared_by_ratio(series, seen)
    days = np.arange(len(series))
    values = np.log(np.where(seen, series.values, 1.0)) if is_ratio else series.values
    filled = np.interp(days, days[seen], values[seen])
    weights = np.where(seen, 1.0 if series.denominators is None else series.denominators, 0.0)
    season = _season(filled, weights, _period(series))
    level = filled - season
    counting = _counting_variance(series, season + np.average(level, weights=weights), is_ratio)
    variance = np.ones(len(series)) if counting is None else counting
    size, memory = _noise(level[seen], variance[seen])
    if counting is not None:
        size = max(size, 1.0)
    deviation = np.sqrt(np.maximum(variance * size, _floor(level, seen, is_ratio=is_ratio)))
    middle = rolling_median(level, WEEK)
    inflation = (1 + memory) / (1 - memory)
    return Ready(
        raw=level,
        level=np.clip(level, middle - CLIP * deviation, middle + CLIP * deviation),
        weights=np.where(seen, 1 / (deviation**2 * inflation), 0.0),
        deviation=np.where(seen, deviation, np.inf),
        dispersion=size if counting is not None else 1.0,
        is_ratio=is_ratio,
    )


def without_slope(ready: Ready, slope: float) -> Ready:
    """Return the series less a straight line that is 0 in the middle."""
    line = slope * (np.arange(len(ready.level)) - (len(ready.level) - 1) / 2)
    return replace(ready, raw=ready.raw - line, level=ready.level - line)


def rolling_median(values: Floats, width: int) -> Floats:
    """Return the median of `width` points around each; ends are mirrored, no end counts twice."""
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(values, size=width, mode="mirror"), dtype=np.float64)


def _is_closed(series: RegularSeries, closed: Collection[date]) -> np.ndarray:
    if not closed:
        return np.zeros(len(series), dtype=bool)
    return np.array([series.moment(day).date() in closed for day in range(len(series))])


def _is_compared_by_ratio(series: RegularSeries, seen: np.ndarray) -> bool:
    values = series.values[seen]
    if series.is_share or values.min() <= 0:
        return False
    return series.denominators is not None or float(np.median(values)) >= RATIO_FROM


def _counting_variance(series: RegularSeries, expected: Floats, is_ratio: bool) -> Floats | None:
    """Return the variance that mere counting gives each point: binomial, or Poisson for counts."""
    if series.is_share and series.denominators is not None:
        below = np.where(np.isfinite(series.denominators), series.denominators, 1.0)
        rarest = 1 / (float(below.sum()) + 1)
        share = np.clip(expected / series.scale, rarest, 1 - rarest)
        return np.asarray(share * (1 - share) / np.maximum(below, 1.0) * series.scale**2)
    if series.denominators is None and are_counts(series.values):
        return np.exp(-expected) if is_ratio else np.maximum(expected, LEAST_RATE)
    return None


def _period(series: RegularSeries) -> int:
    """Return after how many points the season repeats: a week, or a day of a short series."""
    week = WEEK * series.per_day
    return week if series.per_day == 1 or len(series) >= MIN_WEEKS * week else series.per_day


def _season(filled: Floats, weights: Floats, period: int) -> Floats:
    """Return the pattern: mean departure of each place in the period from the period around it.

    Points far from the median of their place, at a step for example, count as if they were near.
    """
    place = np.arange(len(filled)) % period
    rest = filled - _period_mean(filled, weights, period)
    middle = _middle_season(rest, weights, period)[place]
    rest = filled - _period_mean(filled - middle, weights, period)
    near = middle + _drawn_in(rest - middle)
    mass = np.bincount(place, weights=weights, minlength=period)
    total = np.bincount(place, weights=weights * near, minlength=period)
    season = np.where(mass > 0, total / np.where(mass > 0, mass, 1.0), 0.0)
    return np.asarray((season - season.mean())[place], dtype=np.float64)


def _middle_season(rest: Floats, weights: Floats, period: int) -> Floats:
    """Return the median of each place in the period: one bad week of few leaves no trace."""
    laps = -(-len(rest) // period)
    table = np.full(laps * period, np.nan)
    table[: len(rest)] = np.where(weights > 0, rest, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        season = np.nan_to_num(np.nanmedian(table.reshape(laps, period), axis=0))
    return np.asarray(season - season.mean())


def _drawn_in(off: Floats) -> Floats:
    """Return departures, the far ones drawn in to three deviations."""
    spread = 3 * 1.4826 * float(np.median(np.abs(off))) or 3 * float(off.std())
    return np.clip(off, -spread, spread)


def _period_mean(values: Floats, weights: Floats, period: int) -> Floats:
    window = np.ones(period | 1)
    mass = np.convolve(weights, window, mode="same")
    total = np.convolve(weights * values, window, mode="same")
    return np.where(mass > 0, total / np.where(mass > 0, mass, 1.0), values)


def _noise(level: Floats, variance: Floats) -> tuple[float, float]:
    """Return (variance in units of `variance`, memory from day to day) of first-order noise.

    Steps over k days of such noise have 2 (1 - memory^k) times its variance; a level shift makes
    only k of them large, so that trimmed means of squares hardly see it.
    """
    steps = np.array([_step_variance(level, variance, lag) for lag in LAGS])
    if steps[0] <= 0:
        return float(steps.max()), 0.0
    growth = (1 - MEMORIES[:, None] ** np.array(LAGS)) / (1 - MEMORIES[:, None])
    gap = np.log(np.maximum(steps / steps[0], 1e-9)) - np.log(growth)
    memory = float(MEMORIES[int(np.argmin((gap**2).sum(axis=1)))])
    memory = min(memory + 1 / np.sqrt(len(level)), float(MEMORIES[-1])) if memory > 0 else 0.0
    return float(steps[0] / (1 - memory)), memory


def _step_variance(level: Floats, variance: Floats, lag: int) -> float:
    """Return half the trimmed mean square of steps over `lag` days, as of a normal one."""
    if len(level) <= lag:
        return 0.0
    squares = np.sort((level[lag:] - level[:-lag]) ** 2 / (variance[lag:] + variance[:-lag]))
    kept = squares[: max(1, int(len(squares) * (1 - TRIM)))]
    return float(kept.mean()) / TRIMMED_NORMAL


def _floor(level: Floats, seen: np.ndarray, *, is_ratio: bool) -> float:
    typical = 1.0 if is_ratio else float(np.median(np.abs(level[seen])))
    return (LEAST_NOISE * typical) ** 2 + 1e-18
