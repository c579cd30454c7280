"""Makes planted cubes: a metric by several names, moved by a slice, by the mix, or from outside."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from synth.metrics.attribution import Cell

Floats = NDArray[np.float64]

NAMES = ("plan", "platform", "country", "source")


class Cause(StrEnum):
    """What was planted."""

    SLICE = "slice"  #: one slice, or two, changed what they do
    MIX = "mix"  #: one slice grew or shrank, and nobody did anything else
    SIMPSON = "simpson"  #: as mix, while every cell moved a little the other way
    UNIFORM = "uniform"  #: everybody moved alike
    SCATTERED = "scattered"  #: cells at random moved: the cause has another name


#: Cells below which cells at random may well be a slice.
FEW_CELLS = 24

#: Part of the cubes that are amounts; the others are shares.
AMOUNTS = 0.3

#: Causes that no slice of the names explains.
OUTSIDE = frozenset({Cause.UNIFORM, Cause.SCATTERED})


@dataclass(frozen=True, kw_only=True)
class Cube:
    """Cells with the truth about them."""

    seed: int
    cause: Cause
    cells: tuple[Cell, ...]
    slices: tuple[Mapping[str, str], ...]  #: what moved; empty where the cause is outside


def make_cube(seed: int, cause: Cause) -> Cube:
    """Return the cube of `seed` with this cause; drawn again until the metric visibly moved."""
    for turn in itertools.count():
        cube = _draw(np.random.default_rng([seed, turn]), seed, cause)
        if cube is not None:
            return cube
    raise AssertionError("unreachable")


def _draw(rng: np.random.Generator, seed: int, cause: Cause) -> Cube | None:
    names = NAMES[: int(rng.integers(2, 5))]
    values = [[f"{name}{number}" for number in range(int(rng.integers(2, 7)))] for name in names]
    segments = [dict(zip(names, key, strict=True)) for key in itertools.product(*values)]
    if cause is Cause.SCATTERED and len(segments) < FEW_CELLS:
        return None
    people = np.exp(rng.normal(0, 0.8, len(segments)))
    people = people / people.sum() * float(np.exp(rng.uniform(np.log(2e4), np.log(2e6))))
    odds = np.full(len(segments), rng.uniform(-2, 0.5))
    for name in names:
        odds = odds + _effects(rng, name, segments)
    later_people, later_odds = people.copy(), odds.copy()
    slices: list[dict[str, str]] = []
    if cause is Cause.SLICE:
        for _ in range(1 if rng.random() < 0.75 else 2):
            slices.append(_slice(rng, names, values))
            later_odds[_within(segments, slices[-1])] -= float(rng.uniform(0.4, 1.2))
    elif cause in (Cause.MIX, Cause.SIMPSON):
        slices.append(_slice(rng, names, values, most=1 if cause is Cause.SIMPSON else 2))
        later_people[_within(segments, slices[0])] *= float(rng.uniform(2, 4))
    elif cause is Cause.UNIFORM:
        later_odds -= float(rng.uniform(0.15, 0.5))
    else:
        later_odds[rng.random(len(segments)) < rng.uniform(0.25, 0.5)] -= float(rng.uniform(0.4, 1))
    if cause is Cause.SIMPSON:
        inside = _within(segments, slices[0])
        odds[inside] -= 1.5
        later_odds = odds + 0.05
    is_amount = cause not in (Cause.MIX, Cause.SIMPSON) and rng.random() < AMOUNTS
    if is_amount:
        later_people = people * np.exp(later_odds - odds)
    drawn = _checked(rng, seed, cause, segments, (people, odds), (later_people, later_odds), slices)
    return _as_amount(drawn) if drawn and is_amount else drawn


def _checked(
    rng: np.random.Generator,
    seed: int,
    cause: Cause,
    segments: list[dict[str, str]],
    first: tuple[Floats, Floats],
    second: tuple[Floats, Floats],
    slices: list[dict[str, str]],
) -> Cube | None:
    """Return the cube, or None if a slice is too small or the whole hardly moves."""
    shares = [first[0][_within(segments, one)].sum() / first[0].sum() for one in slices]
    before, after = _whole(*first), _whole(*second)
    if any(not 0.02 <= share <= 0.6 for share in shares) or abs(after - before) < 0.02 * before:
        return None
    if cause is Cause.SIMPSON and after > before:
        return None
    if len(slices) == 2 and np.any(_within(segments, slices[0]) & _within(segments, slices[1])):
        return None
    counts = [_count(rng, *side) for side in (first, second)]
    cells = tuple(
        Cell(
            segment=segment,
            before=float(counts[0][0][row]),
            before_of=float(counts[0][1][row]),
            after=float(counts[1][0][row]),
            after_of=float(counts[1][1][row]),
        )
        for row, segment in enumerate(segments)
    )
    return Cube(seed=seed, cause=cause, cells=cells, slices=tuple(slices))


def _as_amount(cube: Cube) -> Cube:
    """Return the cube of how many there were, without what they did."""
    cells = [
        Cell(segment=one.segment, before=one.before_of or 0.0, after=one.after_of or 0.0)
        for one in cube.cells
    ]
    return replace(cube, cells=tuple(cells))


def _effects(rng: np.random.Generator, name: str, segments: list[dict[str, str]]) -> Floats:
    drawn: dict[str, float] = {}
    for segment in segments:
        drawn.setdefault(segment[name], float(rng.normal(0, 0.5)))
    return np.array([drawn[segment[name]] for segment in segments])


def _slice(
    rng: np.random.Generator, names: tuple[str, ...], values: list[list[str]], most: int = 3
) -> dict[str, str]:
    depth = int(rng.integers(1, min(most, len(names)) + 1))
    chosen = sorted(rng.permutation(len(names))[:depth])
    return {names[one]: str(rng.choice(values[one])) for one in chosen}


def _within(segments: list[dict[str, str]], slice_: Mapping[str, str]) -> NDArray[np.bool_]:
    return np.array([slice_.items() <= segment.items() for segment in segments])


def _whole(people: Floats, odds: Floats) -> float:
    return float((people / (1 + np.exp(-odds))).sum() / people.sum())


def _count(rng: np.random.Generator, people: Floats, odds: Floats) -> tuple[Floats, Floats]:
    """Return (above, below) counted, a little more spread than chance alone."""
    below = rng.poisson(people)
    chance = 1 / (1 + np.exp(-(odds + rng.normal(0, 0.02, len(odds)))))
    return rng.binomial(below, chance).astype(float), below.astype(float)
