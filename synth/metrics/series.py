"""Evenly spaced series of a metric, one per slice, rolled up from whatever rows a file gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from synth.metrics.segments import EVERYBODY, is_within, parse_segment, segment_key
from synth.metrics.types import Observation

Floats = NDArray[np.float64]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class RegularSeries:
    """One value per day or hour; NaN where one is missing."""

    start: datetime
    values: Floats
    numerators: Floats | None  #: NaN where missing; None: the metric has no counts
    denominators: Floats | None
    scale: float = 1.0  #: 100 where shares are written in percent
    step: timedelta = DAY  #: from point to point, a day or a part of it

    def __len__(self) -> int:
        """Return the number of points from the first to the last."""
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

    @property
    def per_day(self) -> int:
        """Return the number of points in a day."""
        return round(DAY / self.step)

    def moment(self, point: int) -> datetime:
        """Return when point number `point` begins."""
        return self.start + point * self.step

    def counts(self, start: int, end: int) -> tuple[int, int] | None:
        """Return (k, n) summed over the points [start, end); None where it is no share."""
        if not self.is_share or self.numerators is None or self.denominators is None:
            return None
        k, n = np.nansum(self.numerators[start:end]), np.nansum(self.denominators[start:end])
        return round(float(k)), round(float(n))

    def level(self, start: int, end: int) -> float:
        """Return the value over the points [start, end): of the summed counts, else the median."""
        if self.numerators is not None and self.denominators is not None:
            below = float(np.nansum(self.denominators[start:end]))
            if below > 0:
                return float(np.nansum(self.numerators[start:end])) / below * self.scale
        window = self.values[start:end]
        return float(np.nanmedian(window)) if np.isfinite(window).any() else float("nan")


def regular_series(
    observations: Sequence[Observation], *, step: timedelta = DAY
) -> RegularSeries | None:
    """Return one value per UTC day, or shorter step: counts are summed, plain values averaged.

    None without observations.
    """
    if not observations:
        return None
    points = [(item.ts - EPOCH) // step for item in observations]
    first = min(points)
    start, length = EPOCH + first * step, max(points) - first + 1
    positions = [point - first for point in points]
    counted = all(item.denominator is not None for item in observations)
    values = _mean(positions, [item.value for item in observations], length)
    if not counted:
        return RegularSeries(
            start=start, values=values, numerators=None, denominators=None, step=step
        )
    above = _sum(positions, [item.numerator or 0.0 for item in observations], length)
    below = _sum(positions, [item.denominator or 0.0 for item in observations], length)
    series = _of_counts(start, above, below, _scale(values, above / below))
    return replace(series, step=step)


def roll_up(
    by_slice: Mapping[str, Sequence[Observation]], *, step: timedelta = DAY
) -> dict[str, RegularSeries]:
    """Return the series of every slice given, of everybody, and of each single segment.

    What a file does not give is summed from its finest cells, if they have counts.
    """
    found = {
        key: series
        for key, observations in by_slice.items()
        if (series := regular_series(observations, step=step)) is not None
    }
    cells = _finest_cells(found)
    for key in _missing(found, cells):
        slice_ = parse_segment(key)
        parts = [found[cell] for cell in cells if is_within(parse_segment(cell), slice_)]
        if parts and all(part.denominators is not None for part in parts):
            found[key] = _sum_series(parts)
    return found


def are_counts(values: Floats) -> bool:
    """Return whether every value known is a whole number from 0 up."""
    known = values[np.isfinite(values)]
    return bool(np.all((known >= 0) & (known % 1 == 0)))


def _finest_cells(found: Mapping[str, RegularSeries]) -> list[str]:
    """Return the slices with most segment names; of equally fine ones, the first names."""
    names = {key: tuple(sorted(parse_segment(key))) for key in found}
    if not any(names.values()):
        return []
    finest = min(names.values(), key=lambda item: (-len(item), item))
    return [key for key in found if names[key] == finest]


def _missing(found: Mapping[str, RegularSeries], cells: Iterable[str]) -> list[str]:
    wanted = {EVERYBODY}
    for cell in cells:
        wanted |= {segment_key({name: value}) for name, value in parse_segment(cell).items()}
    return sorted(wanted - set(found)) if cells else []


def _sum_series(parts: Sequence[RegularSeries]) -> RegularSeries:
    start, step = min(part.start for part in parts), parts[0].step
    length = max((part.start - start) // step + len(part) for part in parts)
    above, below = np.full(length, np.nan), np.full(length, np.nan)
    for part in parts:
        offset = (part.start - start) // step
        for total, own in ((above, part.numerators), (below, part.denominators)):
            if own is not None:
                window = total[offset : offset + len(part)]
                known = np.isfinite(own)
                window[known] = np.nan_to_num(window[known]) + own[known]
    return replace(_of_counts(start, above, below, parts[0].scale), step=step)


def _of_counts(start: datetime, above: Floats, below: Floats, scale: float) -> RegularSeries:
    safe = np.where(below > 0, below, np.nan)
    return RegularSeries(
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


def _sum(positions: Sequence[int], values: Sequence[float], length: int) -> Floats:
    total = np.bincount(positions, weights=values, minlength=length)
    seen = np.bincount(positions, minlength=length)
    return np.where(seen > 0, total, np.nan)


def _mean(positions: Sequence[int], values: Sequence[float], length: int) -> Floats:
    total = np.bincount(positions, weights=values, minlength=length)
    seen = np.bincount(positions, minlength=length)
    return np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
