"""Cells of a metric by several segment names: their moves, and all the slices that hold them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

#: Names a slice may combine.
MOST_NAMES = 3

#: Added to counts, so that none is 0.
HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Moves:
    """By what factor each cell moved, as a logarithm, with 1 / variance."""

    sizes: Floats
    weights: Floats
    is_scaled: bool = True  #: whether variances are known, or only in proportion


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Every slice of up to three names that cells show; the first is everybody."""

    segments: list[dict[str, str]]
    depths: Floats  #: number of names of each
    codes: list[
        Codes
    ]  #: per set of names, the slice that each cell is in, counted on over the sets
    sets: list[int]  #: the set of names of each slice

    def gains(self, sizes: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Return per slice (gain in fit of one common move, that move)."""
        count = len(self.segments)
        mass, total = np.zeros(count), np.zeros(count)
        for codes in self.codes:
            mass += np.bincount(codes, weights=weights, minlength=count)
            total += np.bincount(codes, weights=weights * sizes, minlength=count)
        safe = np.where(mass > 0, mass, 1.0)
        return total**2 / safe, total / safe

    def inside(self, row: int) -> NDArray[np.bool_]:
        """Return which cells are in a slice."""
        return np.asarray(self.codes[self.sets[row]] == row)

    def groups(self, row: int) -> Codes:
        """Return the slice of each cell among those with the same names."""
        codes = self.codes[self.sets[row]]
        return np.asarray(codes - codes.min())


def candidates_of(segments: Sequence[Mapping[str, str]]) -> Candidates:
    """Return the slices of these cells.

    Raises:
        ValueError: the cells have different names.
    """
    names = sorted(segments[0])
    if any(sorted(segment) != names for segment in segments):
        raise ValueError("every cell must have the same segment names")
    found: list[dict[str, str]] = []
    depths: list[float] = []
    codes: list[Codes] = []
    sets: list[int] = []
    for depth in range(min(MOST_NAMES, len(names)) + 1):
        for chosen in itertools.combinations(names, depth):
            rows: dict[tuple[str, ...], int] = {}
            own = [tuple(segment[name] for name in chosen) for segment in segments]
            for key in own:
                rows.setdefault(key, len(found) + len(rows))
            found += [dict(zip(chosen, key, strict=True)) for key in rows]
            depths += [float(depth)] * len(rows)
            sets += [len(codes)] * len(rows)
            codes.append(np.array([rows[key] for key in own], dtype=np.int64))
    return Candidates(segments=found, depths=np.array(depths), codes=codes, sets=sets)


def rate_parts(before: Floats, after: Floats) -> Floats:
    """Return per cell the change of the whole by what it did; cells are rows (above, below).

    Amounts, whose `below` is NaN, change by what they did alone.
    """
    if np.isnan(before[0, 1]):
        return np.asarray(after[:, 0] - before[:, 0])
    weights = (_shares(before) + _shares(after)) / 2
    return np.asarray(weights * (_rates(after, before) - _rates(before, after)))


def mix_parts(before: Floats, after: Floats) -> Floats:
    """Return per cell the change of the whole by how much there was of it; 0 for amounts."""
    if np.isnan(before[0, 1]):
        return np.zeros(len(before))
    middle = (_rates(before, after) + _rates(after, before)) / 2
    whole = (_whole(before) + _whole(after)) / 2
    return np.asarray((_shares(after) - _shares(before)) * (middle - whole))


def moves_of(before: Floats, after: Floats, *, is_ratio: bool) -> Moves:
    """Return how each cell moved: log odds of shares, log ratio of means and of amounts."""
    if not is_ratio:
        return _log_moves(before[:, 0], after[:, 0])
    if np.all(before[:, 0] <= before[:, 1]) and np.all(after[:, 0] <= after[:, 1]):
        (odds, spread), (later, later_spread) = _log_odds(before), _log_odds(after)
        return Moves(sizes=later - odds, weights=1 / (spread + later_spread))
    first, second = _rates(before, after), _rates(after, before)
    usable = (first > 0) & (second > 0)
    sizes = np.log(np.where(usable, second, 1.0) / np.where(usable, first, 1.0))
    variance = 1 / (before[:, 1] + HALF) + 1 / (after[:, 1] + HALF)
    weights = np.where(usable, 1 / variance, 0.0)
    return Moves(sizes=sizes, weights=weights, is_scaled=False)


def volume_moves(before: Floats, after: Floats) -> Moves:
    """Return by what factor the amount of each cell's denominator changed."""
    return _log_moves(before[:, 1], after[:, 1])


def surprise(before: Floats, after: Floats, groups: Codes) -> float:
    """Return the Jensen-Shannon divergence, in bits, of how groups share before and after."""
    first, second = np.bincount(groups, weights=before), np.bincount(groups, weights=after)
    if first.sum() <= 0 or second.sum() <= 0:
        return 0.0
    first, second = first / first.sum(), second / second.sum()
    middle = (first + second) / 2
    return float((_divergence(first, middle) + _divergence(second, middle)) / 2)


def _divergence(one: Floats, other: Floats) -> float:
    known = one > 0
    return float((one[known] * np.log2(one[known] / other[known])).sum())


def _shares(cells: Floats) -> Floats:
    return np.asarray(cells[:, 1] / max(float(cells[:, 1].sum()), 1e-12))


def _whole(cells: Floats) -> float:
    return float(cells[:, 0].sum() / max(float(cells[:, 1].sum()), 1e-12))


def _rates(cells: Floats, other: Floats) -> Floats:
    """Return the rate of each cell; an empty one did what it does on the other side."""
    own = cells[:, 0] / np.where(cells[:, 1] > 0, cells[:, 1], 1.0)
    elsewhere = other[:, 0] / np.where(other[:, 1] > 0, other[:, 1], 1.0)
    return np.where(cells[:, 1] > 0, own, elsewhere)


def _log_odds(cells: Floats) -> tuple[Floats, Floats]:
    yes, no = cells[:, 0] + HALF, cells[:, 1] - cells[:, 0] + HALF
    return np.log(yes / no), np.asarray(1 / yes + 1 / no)


def _log_moves(before: Floats, after: Floats) -> Moves:
    first, second = before + HALF, after + HALF
    return Moves(sizes=np.log(second / first), weights=1 / (1 / first + 1 / second))
