"""Geometry of the map: places of passages in, markers and labels out; no markup, no pixels here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from statistics import median
from textwrap import wrap

import numpy as np

from synth.themes.map import Dot
from synth.themes.types import Theme

#: Across and down, in the units of the scene.
Place = tuple[float, float]

#: Colours of the six themes in focus, the same on light and dark, told apart by shape as well.
COLOURS = ("#5555F1", "#28AA0E", "#97497D", "#39721D", "#AD7CDE", "#DA6C7E")
FOCUS = len(COLOURS)

#: Inner width and height, and the room for labels around it.
SIDE, EDGE = 640, 40
#: Least height of a map of few passages.
LOWEST = 240
#: Room of one letter and one line of a label.
LETTER, LINE = 7.2, 16
LABEL_WIDTH = 28  #: letters of a line
#: Letters on a narrow screen, beside those of a wide one; `.map-label` in synth.css.
NARROW = 20 / 13
#: Themes that are labelled; the contents name all of them.
MOST_LABELS = 14
#: Dots drawn of what is not in focus; more would be a grey square.
MOST_GREY = 6000

#: How a dot is drawn where it is of no theme in focus.
REST, UNTHEMED = "rest", "none"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Dots that look alike, one path: a marker stands at each of its corners."""

    mark: str  #: "0" to "5" for a theme in focus, REST or UNTHEMED
    points: Sequence[Place]

    @property
    def path(self) -> str:
        """Return the corners as path data."""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in self.points)


@dataclass(frozen=True, kw_only=True)
class MapLabel:
    """A theme's name at its middle."""

    theme_id: str
    x: float
    y: float  #: of the first line
    lines: Sequence[str]
    mark: str  #: "0" to "5", or REST


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A map ready to be drawn."""

    width: int
    height: int
    layers: Sequence[Layer]  #: the faintest first
    labels: Sequence[MapLabel]
    shown: int  #: dots drawn
    passages: int  #: dots there are


def default_focus(themes: Sequence[Theme]) -> list[str]:
    """Return the ids of the six themes most people speak about."""
    return [theme.id for theme in sorted(themes, key=lambda one: -one.people)[:FOCUS]]


def make_scene(
    dots: Sequence[Dot],
    themes: Sequence[Theme],
    *,
    focus: Sequence[str],
    home: Mapping[str, str],
) -> Scene:
    """Return the scene of `dots`; `home` leads from a dot's chunk to its theme of the level shown.

    At most six themes are coloured, in the order of `focus`; a seventh has no colour.
    """
    marks = {theme_id: str(place) for place, theme_id in enumerate(focus[:FOCUS])}
    at, height = _placed(dots)
    places: dict[str, list[Place]] = defaultdict(list)
    for dot, place in zip(dots, at, strict=True):
        alone = UNTHEMED if dot.theme_id is None else REST
        places[home.get(dot.chunk_id, alone)].append(place)
    groups: dict[str, list[Place]] = defaultdict(list)
    for key, points in places.items():
        groups[UNTHEMED if key == UNTHEMED else marks.get(key, REST)] += points
    drawn = {mark: _thinned(mark, points) for mark, points in groups.items()}
    order = [UNTHEMED, REST, *map(str, range(FOCUS))]
    return Scene(
        width=SIDE + 2 * EDGE,
        height=height,
        layers=[Layer(mark=mark, points=drawn[mark]) for mark in order if mark in drawn],
        labels=_labels(themes, places, marks, height),
        shown=sum(map(len, drawn.values())),
        passages=len(dots),
    )


def _placed(dots: Sequence[Dot]) -> tuple[list[Place], int]:
    """Return where each dot lies in the scene, from the highest one down, and how high that is."""
    if not dots:
        return [], LOWEST
    across = np.array([dot.x for dot in dots])
    down = np.array([dot.y for dot in dots])
    down -= down.min()
    x, y = (np.round(EDGE + SIDE * axis, 1).tolist() for axis in (across, down))
    return list(zip(x, y, strict=True)), max(round(SIDE * down.max()) + 2 * EDGE, LOWEST)


def _thinned(mark: str, points: list[Place]) -> list[Place]:
    if mark not in (REST, UNTHEMED) or len(points) <= MOST_GREY:
        return points
    step = len(points) / MOST_GREY
    return [points[int(place * step)] for place in range(MOST_GREY)]


def _labels(
    themes: Sequence[Theme],
    places: Mapping[str, Sequence[Place]],
    marks: Mapping[str, str],
    height: int,
) -> list[MapLabel]:
    """Return labels that do not overlap: those in focus first, then by people."""
    ordered = sorted(themes, key=lambda one: (one.id not in marks, -one.people, one.id))
    taken: list[tuple[float, float, float, float]] = []
    found: list[MapLabel] = []
    for theme in ordered:
        if theme.id not in places or len(found) == MOST_LABELS:
            continue
        lines = _lines(theme.title)
        for x, y in _spots(_middle(places[theme.id]), lines, height):
            box = _box(x, y, lines)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                mark = marks.get(theme.id, REST)
                found.append(MapLabel(theme_id=theme.id, x=x, y=y, lines=lines, mark=mark))
                break
    return found


def _lines(title: str) -> list[str]:
    lines = wrap(title, LABEL_WIDTH, break_long_words=True)
    if len(lines) > 2:
        lines = [lines[0], lines[1][: LABEL_WIDTH - 1].rstrip(" ,:;") + "…"]
    return lines


def _middle(points: Sequence[Place]) -> tuple[float, float]:
    """Return the dot nearest to the median of a theme's dots: a place where the theme is."""
    x, y = median(x for x, _ in points), median(y for _, y in points)
    return min(points, key=lambda at: ((at[0] - x) ** 2 + (at[1] - y) ** 2, at))


def _spots(middle: tuple[float, float], lines: Sequence[str], height: int) -> list[Place]:
    """Return where a label may stand, the best first: at the middle, above it, below it."""
    half = max(map(len, lines)) * LETTER * NARROW / 2
    width = SIDE + 2 * EDGE
    x = round(min(max(middle[0], half + 4), width - half - 4), 1)
    top = middle[1] - (len(lines) - 1) * LINE / 2
    steps = (0, -26, 26, -48, 48)
    lowest = height - len(lines) * LINE
    return [(x, round(min(max(top + step, LINE), lowest), 1)) for step in steps]


def _box(x: float, y: float, lines: Sequence[str]) -> tuple[float, float, float, float]:
    half = max(map(len, lines)) * LETTER / 2
    return (x - half - 3, y - LINE, x + half + 3, y + (len(lines) - 1) * LINE + 6)


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def near(dots: Sequence[Dot], x: float, y: float, *, most: int) -> list[Dot]:
    """Return the dots nearest to a place of the scene, the nearest first."""
    top = min((dot.y for dot in dots), default=0.0)
    across, down = (x - EDGE) / SIDE, (y - EDGE) / SIDE + top
    return nsmallest(
        most, dots, key=lambda dot: ((dot.x - across) ** 2 + (dot.y - down) ** 2, dot.chunk_id)
    )
