"""Which slice explains a move: what slices did (rate), or how many there were of each (mix)?

A ratio is taken apart exactly: its change is the sum over cells of mean weight times change of
rate, plus change of weight times mean distance of the rate from the whole (Marshall-Edgeworth).
The slice is the one whose cells moved together and apart from the rest: the largest gain in fit of
"these cells moved by one factor" among all slices of up to three names, each taken away before
the next is sought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from synth.metrics.cubes import (
    Candidates,
    Moves,
    candidates_of,
    mix_parts,
    moves_of,
    rate_parts,
    volume_moves,
)
from synth.metrics.cubes import surprise as surprise_of

#: Fit that a slice must gain over chance, beside twice the logarithm of the slices tried.
MIN_GAIN = 10.0

#: Slices named at most: who names many explains nothing.
MOST_SLICES = 3

#: A further slice must gain this part of the first, and carry this part of the change.
NEXT_GAIN, NEXT_POWER = 0.1, 0.05

#: Part of the spread between cells that the slices must account for, or the cause lies elsewhere.
ACCOUNTED = 0.8

#: Median of a squared standard normal.
MEDIAN_SQUARE = 0.455

#: Part of the change that is mix from which the mix is the story.
MIX_PART = 0.5


class Mechanism(StrEnum):
    """How a metric came to move."""

    RATE = "rate"  #: some slices did something else
    MIX = "mix"  #: slices did the same, but there were more of some
    OUTSIDE = "outside"  #: no slice of the names at hand explains it


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One finest slice before and after; amounts of spans of equal length."""

    segment: Mapping[str, str]
    before: float  #: numerator, or the amount itself
    after: float
    before_of: float | None = None  #: denominator of a ratio; None: an amount
    after_of: float | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One slice and what it carries of the change."""

    segment: Mapping[str, str]
    power: float  #: part of the whole change, 1 is all; others may carry the opposite
    rate: float  #: change of the metric by what the slice did
    mix: float  #: change of the metric by how much of the slice there was
    surprise: float  #: how much the shares of this name's slices changed (Jensen-Shannon, bits)
    gain: float  #: fit gained over chance, as a chi-square of one degree


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """Why a metric moved, as far as slices tell."""

    mechanism: Mechanism
    change: float  #: after less before, of the whole
    rate: float  #: part of it by what slices did
    mix: float  #: part of it by how much there was of each
    slices: tuple[Explanation, ...]  #: the best first; empty where the cause lies elsewhere
    reversed: bool = False  #: the slices moved one way and the whole the other (Simpson)


def attribute(cells: Sequence[Cell]) -> Attribution:
    """Return which slices explain the change from before to after.

    Raises:
        ValueError: no cells, cells of different names, or a negative amount.
    """
    before, after = _amounts(cells)
    candidates = candidates_of([cell.segment for cell in cells])
    is_ratio = cells[0].before_of is not None
    rate, mix = rate_parts(before, after), mix_parts(before, after)
    change = float(rate.sum() + mix.sum())
    is_mix = is_ratio and _is_mix(change, float(mix.sum()), float(rate.sum()))
    moves = volume_moves(before, after) if is_mix else moves_of(before, after, is_ratio=is_ratio)
    rows = _best_slices(moves, candidates, mix if is_mix else rate, is_mix=is_mix)
    mechanism = Mechanism.MIX if is_mix else Mechanism.RATE
    explained = tuple(
        Explanation(
            segment=candidates.segments[row],
            power=float((rate + mix)[candidates.inside(row)].sum()) / change if change else 0.0,
            rate=float(rate[candidates.inside(row)].sum()),
            mix=float(mix[candidates.inside(row)].sum()),
            surprise=surprise_of(before[:, 0], after[:, 0], candidates.groups(row)),
            gain=round(gain, 3),
        )
        for row, gain in rows
    )
    return Attribution(
        mechanism=mechanism if explained else Mechanism.OUTSIDE,
        change=change,
        rate=float(rate.sum()),
        mix=float(mix.sum()),
        slices=explained,
        reversed=is_mix and float(rate.sum()) * change < 0,
    )


def _amounts(cells: Sequence[Cell]) -> tuple[np.ndarray, np.ndarray]:
    """Return (above, below) per cell before and after; below is 1 for amounts."""
    if not cells:
        raise ValueError("no cells")
    before = np.array([[cell.before, _below(cell.before_of)] for cell in cells], dtype=float)
    after = np.array([[cell.after, _below(cell.after_of)] for cell in cells], dtype=float)
    if min(before.min(), after.min()) < 0:
        raise ValueError("amounts must be 0 or more")
    if cells[0].before_of is None:
        before[:, 1] = after[:, 1] = np.nan
    return before, after


def _below(value: float | None) -> float:
    return 1.0 if value is None else value


def _is_mix(change: float, mix: float, rate: float) -> bool:
    """Return whether the mix moved the whole, and more than what slices did."""
    return mix * change > 0 and abs(mix) >= MIX_PART * (abs(mix) + abs(rate))


def _best_slices(
    moves: Moves, candidates: Candidates, parts: np.ndarray, *, is_mix: bool
) -> list[tuple[int, float]]:
    """Return (candidate, gain) of the slices that account for the moves; none if they do not."""
    price = 2 * np.log(len(candidates.segments)) + MIN_GAIN
    moves = replace(moves, weights=moves.weights / _scale(moves, candidates))
    left, found = moves.sizes.copy(), list[tuple[int, float]]()
    total = float(parts.sum())
    while len(found) < MOST_SLICES:
        gains, shifts = candidates.gains(left, moves.weights)
        row = int(np.argmax(gains - candidates.depths))
        gain = float(gains[row])
        if gain < price or (found and gain < NEXT_GAIN * found[0][1]):
            break
        inside = candidates.inside(row)
        carries = abs(float(parts[inside].sum())) >= NEXT_POWER * abs(total)
        if not found and not candidates.segments[row]:
            return []  # everybody moved alike: not a matter of slices
        if carries and candidates.segments[row]:
            found.append((row, gain))
        left = np.where(inside, left - shifts[row], left)
    return found if is_mix or _accounts(moves, left) else []


def _scale(moves: Moves, candidates: Candidates) -> float:
    """Return the variance of what slices leave, in units of the known one, which is the least."""
    left = moves.sizes
    for _ in range(MOST_SLICES):
        gains, shifts = candidates.gains(left, moves.weights)
        row = int(np.argmax(gains))
        left = np.where(candidates.inside(row), left - shifts[row], left)
    free = len(left) / max(len(left) - MOST_SLICES, 1)
    spread = float(np.median(moves.weights * left**2)) / MEDIAN_SQUARE * free
    return max(spread, 1.0 if moves.is_scaled else 1e-12)


def _accounts(moves: Moves, left: np.ndarray) -> bool:
    """Return whether what is left between cells is little of what there was, beside chance."""
    chance = len(left)
    spread = float((moves.weights * moves.sizes**2).sum()) - chance
    rest = float((moves.weights * left**2).sum()) - chance
    return spread > 0 and max(rest, 0.0) <= (1 - ACCOUNTED) * spread
