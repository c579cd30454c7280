"""An area drawn on the map, and the dots in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from api.web.map_scene import EDGE, SIDE
from synth.errors import InputError
from synth.themes.map import Dot

#: Corners of an area, at most: more than a hand draws.
MOST_CORNERS = 200

Corner = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Area:
    """A polygon in the coordinates of the scene."""

    corners: Sequence[Corner]

    @property
    def path(self) -> str:
        """Return the outline as path data."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in self.corners) + "Z"

    @property
    def text(self) -> str:
        """Return the area as it stands in an address."""
        return ",".join(f"{value:g}" for corner in self.corners for value in corner)


def read_area(text: str) -> Area | None:
    """Return the area of "x,y,x,y,…"; two corners are those of a rectangle. Empty: None.

    Raises:
        InputError: no numbers, or too few or too many.
    """
    if not text:
        return None
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    corners = [(values[place], values[place + 1]) for place in range(0, len(values) - 1, 2)]
    wrong = len(values) % 2 or not all(map(np.isfinite, values))
    if wrong or not 2 <= len(corners) <= MOST_CORNERS:
        raise InputError(
            "this is no area of the map; draw it again",
            found=text[:40],
            expected=f"x,y of 2 to {MOST_CORNERS} corners",
        )
    if len(corners) == 2:
        (left, top), (right, low) = corners
        corners = [(left, top), (right, top), (right, low), (left, low)]
    return Area(corners=corners)


def dots_in(area: Area, dots: Sequence[Dot]) -> list[Dot]:
    """Return the dots inside, those nearest to their middle first (even-odd rule)."""
    if not dots:
        return []
    top = min(dot.y for dot in dots)
    x = np.asarray([EDGE + SIDE * dot.x for dot in dots])
    y = np.asarray([EDGE + SIDE * (dot.y - top) for dot in dots])
    inside = np.zeros(len(dots), dtype=np.bool_)
    for (x0, y0), (x1, y1) in pairwise([*area.corners, area.corners[0]]):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        inside ^= crosses & (x < x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    found = np.flatnonzero(inside)
    away = np.hypot(x[found] - x[found].mean(), y[found] - y[found].mean()) if len(found) else []
    order = sorted(range(len(found)), key=lambda at: (round(float(away[at]), 6), found[at]))
    return [dots[found[at]] for at in order]
