"""What every reader of series returns, whatever the format, and how rows of exports get there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite

from synth.errors import InputError
from synth.metrics.importers.buckets import Buckets
from synth.metrics.importers.table import Problems
from synth.metrics.segments import segment_key
from synth.metrics.types import Observation


@dataclass(frozen=True, kw_only=True)
class SeriesRow:
    """One observation with the name of its metric."""

    line: int | str  #: line of a table, path of a JSON file
    metric: str
    observation: Observation


@dataclass(frozen=True, kw_only=True)
class SeriesFile:
    """What a series file holds."""

    rows: int
    usable: tuple[SeriesRow, ...]
    problems: Problems
    format: str = "tidy"
    settle_days: int = 0  #: days for which the source still changes values
    units: Mapping[str, str] = field(default_factory=dict)  #: by metric, where the file says so


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a person says about an export beside the file."""

    metric: str | None = None  #: what the file measures; its series are then slices of it
    zone: str | None = None  #: IANA name of the zone its hours were counted in
    breakdown: tuple[str, ...] = ()  #: names of slices, or of the columns that are slices


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value of an export as found, before its time is read."""

    at: int | str
    metric: str
    when: str | datetime
    value: object
    segment: Mapping[str, str] = field(default_factory=dict)
    counts: tuple[float, float] | None = None  #: numerator, denominator


class Cells:
    """Collects the values of an export; what cannot be used becomes a problem with its place."""

    def __init__(self, file: str, wanted: Wanted) -> None:
        self.problems = Problems(file)
        self._wanted = wanted
        self._cells: list[Cell] = []

    def add(self, cell: Cell) -> None:
        """Take one value; an empty one is missing, and no problem."""
        if cell.value is not None and str(cell.value).strip() not in ("", "-"):
            self._cells.append(cell)

    def finish(
        self, format: str, *, settle_days: int = 0, units: Mapping[str, str] | None = None
    ) -> SeriesFile:
        """Return the file: times read, repeats and bad values reported."""
        buckets = Buckets((cell.when for cell in self._cells), self._wanted.zone)
        rows = []
        for cell in self._cells:
            try:
                rows.append(_row(cell, buckets))
            except InputError as error:
                self.problems.add(error.message, line=cell.at)
        return SeriesFile(
            rows=len(self._cells),
            usable=without_repeats(rows, self.problems),
            problems=self.problems,
            format=format,
            settle_days=settle_days,
            units=units or {},
        )


def read_value(value: object) -> float:
    """Return a number of an export: 12, "12", "1,234", "62.5%" (as 0.625).

    Raises:
        InputError: it is none, or not finite.
    """
    text = str(value).strip()
    part = 0.01 if text.endswith("%") else 1.0
    try:
        number = float(text.removesuffix("%").replace(",", "")) * part
    except ValueError:
        number = float("nan")
    if isinstance(value, bool) or not isfinite(number):
        raise InputError("value is no number", found=text[:60], expected="a finite number")
    return number


def segment_name(text: str) -> str:
    """Return a slice's name in one spelling: "Device category" is `device_category`."""
    return "_".join(_words(text))[:60]


def without_repeats(rows: list[SeriesRow], problems: Problems) -> tuple[SeriesRow, ...]:
    """Return the first row of each metric, time and slice; report the others."""
    kept: dict[tuple[object, ...], SeriesRow] = {}
    for row in rows:
        key = (row.metric, row.observation.ts, segment_key(row.observation.segment))
        first = kept.setdefault(key, row)
        if first is not row:
            same = "the same" if first.observation == row.observation else "another"
            place = f"line {first.line}" if isinstance(first.line, int) else first.line
            problems.add(f"repeats {place} with {same} value; the first is kept", line=row.line)
    return tuple(kept.values())


def _row(cell: Cell, buckets: Buckets) -> SeriesRow:
    name = " ".join(cell.metric.split())
    if not name:
        raise InputError("the file does not name its metric", expected="--metric NAME")
    above, below = cell.counts or (None, None)
    return SeriesRow(
        line=cell.at,
        metric=name,
        observation=Observation(
            ts=buckets.read(cell.when, (name, segment_key(cell.segment))),
            value=read_value(cell.value),
            numerator=above,
            denominator=below,
            segment=dict(cell.segment),
        ),
    )


def _words(text: str) -> list[str]:
    spaced = "".join(
        f" {one}" if one.isupper() and before.islower() else one
        for before, one in zip(" " + text, text, strict=False)
    )
    return "".join(one if one.isalnum() else " " for one in spaced).lower().split() or ["series"]
