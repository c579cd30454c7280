"""Daily series of a metric, one per slice, rolled up from whatever rows a file gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from synth.metrics.segments import EVERYBODY, is_within, parse_segment, segment_key
from synth.metrics.types import Observation

Floats = NDArray[np.float64]
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DailySeries:
    """One value per day; NaN where a day is missing."""

    start: datetime
    values: Floats
    numerators: Floats | None  #: NaN where missing; None: the metric has no counts
    denominators: Floats | None
    scale: float = 1.0  #: 100 where shares are written in percent

    def __len__(self) -> int:
        """Return the number of days from the first to the last."""
        return len(self.values)

    @property
    def observed_days(self) -> int:
        """Return how many days have a value."""
        return int(np.isfinite(self.values).sum())

    @property
    def is_share(self) -> bool:
        """Return whether every value is k of n."""
        if self.numerators is None or self.denominators is None:
            return False
        return bool(np.all((self.numerators <= self.denominators) | np.isnan(self.numerators)))

    def moment(self, day: int) -> datetime:
        """Return when day number `day` begins."""
        return self.start + day * DAY

    def counts(self, start: int, end: int) -> tuple[int, int] | None:
        """Return (k, n) summed over the days [start, end); None where it is no share."""
        if not self.is_share or self.numerators is None or self.denominators is None:
            return None
        k, n = np.nansum(self.numerators[start:end]), np.nansum(self.denominators[start:end])
        return round(float(k)), round(float(n))

    def level(self, start: int, end: int) -> float:
        """Return the value over the days [start, end): of the summed counts, else the median."""
        if self.numerators is not None and self.denominators is not None:
            below = float(np.nansum(self.denominators[start:end]))
            if below > 0:
                return float(np.nansum(self.numerators[start:end])) / below * self.scale
        window = self.values[start:end]
        return float(np.nanmedian(window)) if np.isfinite(window).any() else float("nan")


def daily_series(observations: Sequence[Observation]) -> DailySeries | None:
    """Return the values per UTC day: counts are summed, plain values averaged; None if empty."""
    if not observations:
        return None
    days = [_day(item.ts) for item in observations]
    start = min(days)
    length = (max(days) - start).days + 1
    positions = [(day - start).days for day in days]
    counted = all(item.denominator is not None for item in observations)
    values = _mean(positions, [item.value for item in observations], length)
    if not counted:
        return DailySeries(start=start, values=values, numerators=None, denominators=None)
    above = _sum(positions, [item.numerator or 0.0 for item in observations], length)
    below = _sum(positions, [item.denominator or 0.0 for item in observations], length)
    return _of_counts(start, above, below, _scale(values, above / below))


def roll_up(by_slice: Mapping[str, Sequence[Observation]]) -> dict[str, DailySeries]:
    """Return the series of every slice given, of everybody, and of each single segment.

    What a file does not give is summed from its finest cells, if they have counts.
    """
    found = {
        key: series
        for key, observations in by_slice.items()
        if (series := daily_series(observations)) is not None
    }
    cells = _finest_cells(found)
    for key in _missing(found, cells):
        slice_ = parse_segment(key)
        parts = [found[cell] for cell in cells if is_within(parse_segment(cell), slice_)]
        if parts and all(part.denominators is not None for part in parts):
            found[key] = _sum_series(parts)
    return found


def _finest_cells(found: Mapping[str, DailySeries]) -> list[str]:
    """Return the slices with most segment names; of equally fine ones, the first names."""
    names = {key: tuple(sorted(parse_segment(key))) for key in found}
    if not any(names.values()):
        return []
    finest = min(names.values(), key=lambda item: (-len(item), item))
    return [key for key in found if names[key] == finest]


def _missing(found: Mapping[str, DailySeries], cells: Iterable[str]) -> list[str]:
    wanted = {EVERYBODY}
    for cell in cells:
        wanted |= {segment_key({name: value}) for name, value in parse_segment(cell).items()}
    return sorted(wanted - set(found)) if cells else []


def _sum_series(parts: Sequence[DailySeries]) -> DailySeries:
    start = min(part.start for part in parts)
    length = max((part.start - start).days + len(part) for part in parts)
    above, below = np.full(length, np.nan), np.full(length, np.nan)
    for part in parts:
        offset = (part.start - start).days
        for total, own in ((above, part.numerators), (below, part.denominators)):
            if own is not None:
                window = total[offset : offset + len(part)]
                known = np.isfinite(own)
                window[known] = np.nan_to_num(window[known]) + own[known]
    return _of_counts(start, above, below, parts[0].scale)


def _of_counts(start: datetime, above: Floats, below: Floats, scale: float) -> DailySeries:
    safe = np.where(below > 0, below, np.nan)
    return DailySeries(
        start=start,
        values=above / safe * scale,
        numerators=np.where(np.isnan(safe), np.nan, above),
        denominators=safe,
        scale=scale,
    )


def _scale(values: Floats, ratios: Floats) -> float:
    """Return 100 if the values are the ratios in percent, else 1."""
    known = np.isfinite(values) & np.isfinite(ratios) & (ratios > 0)
    if not known.any():
        return 1.0
    return 100.0 if float(np.median(values[known] / ratios[known])) > 10 else 1.0


def _day(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def _sum(positions: Sequence[int], values: Sequence[float], length: int) -> Floats:
    total = np.bincount(positions, weights=values, minlength=length)
    seen = np.bincount(positions, minlength=length)
    return np.where(seen > 0, total, np.nan)


def _mean(positions: Sequence[int], values: Sequence[float], length: int) -> Floats:
    total = np.bincount(positions, weights=values, minlength=length)
    seen = np.bincount(positions, minlength=length)
    return np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
