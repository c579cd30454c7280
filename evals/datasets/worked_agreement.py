"""Worked examples of agreement coefficients, each with its source and its value as a fraction.

The values were worked out by hand from the tables with fractions; rounded they are the published
ones. The tables are facts, each a few counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from synth.review.agreement import Level, Unit


@dataclass(frozen=True, kw_only=True)
class Worked:
    """One table of ratings and what its coefficient is."""

    id: str
    source: str
    coefficient: Literal["cohen", "fleiss", "krippendorff"]
    level: Level
    units: Sequence[Unit]
    value: Fraction
    published: str  #: as it stands in the source


def worked_examples() -> list[Worked]:
    """Return all examples."""
    return [*_cohen(), _fleiss(), *_krippendorff()]


def _cohen() -> list[Worked]:
    rows = (
        ("grants", "20/5/10/15 of 50 proposals", (20, 5, 10, 15), Fraction(2, 5), "0.4"),
        ("equal-1", "60 in 100 agree, like shares", (45, 15, 25, 15), Fraction(3, 23), "0.1304"),
        ("equal-2", "60 in 100 agree, unlike shares", (25, 35, 5, 35), Fraction(7, 27), "0.2593"),
    )
    return [
        Worked(
            id=f"cohen-{name}",
            source=f"Cohen's kappa, encyclopaedia example: {what}",
            coefficient="cohen",
            level="nominal",
            units=_two_by_two(*cells),
            value=value,
            published=published,
        )
        for name, what, cells, value, published in rows
    ]


def _two_by_two(both: int, first: int, second: int, none: int) -> list[Unit]:
    cells = ((1.0, 1.0, both), (1.0, 0.0, first), (0.0, 1.0, second), (0.0, 0.0, none))
    return [{"A": a, "B": b} for a, b, count in cells for _ in range(count)]


#: Ten subjects, fourteen raters, five categories.
FLEISS = (
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip


def _fleiss() -> Worked:
    units: list[Unit] = []
    for row in FLEISS:
        said = [float(value) for value, count in enumerate(row) for _ in range(count)]
        units.append(dict(enumerate(said)))
    return Worked(
        id="fleiss-fourteen",
        source="Fleiss' kappa, encyclopaedia example: 10 subjects, 14 raters, 5 categories",
        coefficient="fleiss",
        level="nominal",
        units=units,
        value=Fraction(4211, 20059),
        published="0.210",
    )


#: Krippendorff 2011, section C: four observers, twelve units, some missing (0).
FOUR = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
#: The same, section A: two observers, ten units, two values.
TWO = ((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0))


def _krippendorff() -> list[Worked]:
    source = "Krippendorff 2011, Computing Krippendorff's Alpha-Reliability"
    four: list[Unit] = [
        {who: float(value) for who, value in enumerate(column) if value}
        for column in zip(*FOUR, strict=True)
    ]
    two: list[Unit] = [
        {who: float(value) for who, value in enumerate(column)} for column in zip(*TWO, strict=True)
    ]
    rows: tuple[tuple[str, Level, list[Unit], Fraction, str], ...] = (
        ("binary", "nominal", two, Fraction(2, 21), "0.095"),
        ("nominal", "nominal", four, Fraction(113, 152), "0.743"),
        ("ordinal", "ordinal", four, Fraction(108577, 133160), "0.815"),
        ("interval", "interval", four, Fraction(951, 1120), "0.849"),
    )
    return [
        Worked(
            id=f"krippendorff-{name}",
            source=source,
            coefficient="krippendorff",
            level=level,
            units=units,
            value=value,
            published=published,
        )
        for name, level, units, value, published in rows
    ]
