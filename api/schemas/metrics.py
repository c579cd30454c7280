"""Metrics, observations, anomalies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Given, PeriodShown, Share, Shown
from synth.metrics.importers.formats import Format

GoodName = Literal["up", "down"]
MarkName = Literal["north_star", "top"]
Country = Annotated[str, Field(max_length=16, examples=["DE", "US-CA", "none"])]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class MetricGiven(Given):
    """What a metric is; its name stands in the address."""

    description: str = ""
    unit: Annotated[str, Field(min_length=1, max_length=32)] = "share"
    good: GoodName = "up"
    target: float | None = None
    exposure_event: Name | None = None
    outcome_event: Name | None = None
    settle_days: Annotated[int, Field(ge=0, le=60)] = 0
    source_names: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)
    mark: MarkName | None = None
    country: Country | None = None


class MetricShown(Shown):
    """A metric with its unit and good direction."""

    id: str
    name: str
    description: str
    unit: str
    good: str
    target: float | None
    exposure_event: str | None
    outcome_event: str | None
    settle_days: int
    source_names: list[str]
    mark: str | None
    country: str | None


class HolidaysGiven(Given):
    """Whose public holidays are not judged; null: nobody's."""

    country: Country | None


class HolidaysShown(Shown):
    """Whose public holidays are not judged in metrics that have no country of their own."""

    country: str | None


class ObservationGiven(Given):
    """One value at one time for one slice."""

    ts: datetime
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    segment: dict[str, str] = Field(default_factory=dict)


class ObservationsGiven(Given):
    """Rows of one metric."""

    rows: Annotated[list[ObservationGiven], Field(min_length=1, max_length=100_000)]


class ImportFields(Given):
    """Form fields beside a metrics file."""

    by: Literal["participant"] | None = None
    metric: Name | None = None
    unit: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    good: GoodName | None = None
    format: Format | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = None
    breakdown: Annotated[str, Field(max_length=500)] = ""

    @property
    def slices(self) -> tuple[str, ...]:
        """Return the names in `breakdown`, which commas part."""
        return tuple(name.strip() for name in self.breakdown.split(",") if name.strip())


class EventFields(Given):
    """Form fields beside an events file."""

    lines_before: Annotated[int, Field(ge=0)] = 0


class ImportedShown(Shown):
    """What an import did; each row that was not used is named in `problems`."""

    rows: int
    added: int
    changed: int = 0
    problems: tuple[str, ...]
    ignored: tuple[str, ...] = ()  #: columns of the file that were not read


class ObservationShown(Shown):
    """One value at one time for one slice."""

    ts: datetime
    value: float
    numerator: float | None
    denominator: float | None
    segment: Mapping[str, str]


class SeriesShown(Shown):
    """One slice of a metric over time, and which other slices there are."""

    metric: MetricShown
    segment: Mapping[str, str]
    segments: list[Mapping[str, str]]
    observations: list[ObservationShown]


class AnomalyShown(Shown):
    """A metric that moved or stands out, with whom it hit."""

    id: str
    metric_id: str
    metric: str
    kind: str
    direction: str
    segment: Mapping[str, str]
    window: PeriodShown | None
    baseline: float
    observed: float
    baseline_share: Share | None
    observed_share: Share | None
    score: float
    reason: str
    affected: int
    measured: int
