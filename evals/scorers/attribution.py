"""Scores what a method says about a planted cube: is its first slice the one that was moved?

Cannot see: whether the slice is of any use to a team, or whether names at hand are the right ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.types import Score
from evals.worlds.cubes import OUTSIDE, Cause, Cube


@dataclass(frozen=True, kw_only=True)
class Named:
    """An answer without its numbers: slices, the best first, and whether the mix is the story."""

    slices: tuple[Mapping[str, str], ...]  #: empty: no slice explains it
    is_mix: bool = False


def score_top1(cube: Cube, given: Named) -> Score:
    """Return whether the first slice is one of those planted, by the right mechanism."""
    planted = [dict(one) for one in cube.slices]
    is_right = bool(given.slices) and dict(given.slices[0]) in planted
    wants_mix = cube.cause in (Cause.MIX, Cause.SIMPSON)
    return _score("top1", cube, is_right and given.is_mix is wants_mix)


def score_outside(cube: Cube, given: Named) -> tuple[bool, bool]:
    """Return whether the cause is outside the names, and whether the answer says so."""
    return cube.cause in OUTSIDE, not given.slices


def outside_f1(pairs: Sequence[tuple[bool, bool]], rows: NDArray[np.int64] | None = None) -> float:
    """Return F1 of saying that no slice explains it; NaN where nobody says so and nothing is so."""
    chosen = list(pairs) if rows is None else [pairs[int(row)] for row in rows]
    both = sum(true and said for true, said in chosen)
    either = sum(true for true, _ in chosen) + sum(said for _, said in chosen)
    return 2 * both / either if either else float("nan")


def rate(scores: Iterable[Score]) -> tuple[int, int]:
    """Return (right, all)."""
    values = [score.value for score in scores]
    return round(sum(values)), len(values)


def _score(name: str, cube: Cube, is_right: bool) -> Score:
    item = f"{cube.cause} {cube.seed}"
    return Score(name=name, item=item, value=float(is_right), cluster=item)
