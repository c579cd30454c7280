"""Adtributor (Bhagwan et al. 2014): one name at a time, by explanatory power and surprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.metrics.attribution import Cell
from synth.metrics.cubes import candidates_of, mix_parts, rate_parts, surprise

#: Part of the change that each slice, and that all slices of a name together, must explain.
EACH, TOGETHER = 0.1, 0.67


def slices(cells: Sequence[Cell]) -> list[Mapping[str, str]]:
    """Return the slices of the most surprising name that together explain the change."""
    candidates = candidates_of([cell.segment for cell in cells])
    before = np.array([[cell.before, _below(cell.before_of)] for cell in cells])
    after = np.array([[cell.after, _below(cell.after_of)] for cell in cells])
    parts = rate_parts(before, after) + mix_parts(before, after)
    total = float(parts.sum()) or 1.0
    best: tuple[float, list[Mapping[str, str]]] = (-1.0, [])
    for number in sorted({candidates.sets[row] for row in np.flatnonzero(candidates.depths == 1)}):
        rows = [row for row, own in enumerate(candidates.sets) if own == number]
        powers = {row: float(parts[candidates.inside(row)].sum()) / total for row in rows}
        chosen = [row for row in sorted(rows, key=lambda row: -powers[row]) if powers[row] >= EACH]
        if sum(powers[row] for row in chosen) < TOGETHER:
            continue
        own_surprise = surprise(before[:, 0], after[:, 0], candidates.groups(rows[0]))
        if own_surprise > best[0]:
            best = own_surprise, [candidates.segments[row] for row in chosen]
    return best[1]


def _below(value: float | None) -> float:
    return float("nan") if value is None else value
