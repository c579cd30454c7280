"""Metric tags, and the tested relations that hang on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from api.schemas.base import Given, IntervalShown, Shown

Id = Annotated[str, Field(min_length=1, max_length=64)]


class TagGiven(Given):
    """A theme or a passage that is about a metric."""

    metric: Annotated[str, Field(min_length=1, max_length=200)]
    theme_id: Id | None = None
    chunk_id: Id | None = None
    reason: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _one_subject(self) -> TagGiven:
        if (self.theme_id is None) == (self.chunk_id is None):
            raise ValueError("send either `theme_id` or `chunk_id`")
        return self


class TagDecision(Given):
    """What a person says about a proposed tag."""

    state: Literal["confirmed", "rejected"]


class TagShown(Shown):
    """A theme or passage said to be about a metric; only a person confirms it."""

    id: str
    metric_id: str
    theme_id: str | None
    chunk_id: str | None
    state: str
    reason: str
    score: float
    proposed_by: str | None
    decided_by: str | None
    created_at: datetime
    event: str | None


class CountsShown(Shown):
    """The two-by-two table of people, and whom the metric never measured."""

    theme_affected: int
    theme_unaffected: int
    other_affected: int
    other_unaffected: int
    unmapped_theme: int


class StratumShown(Shown):
    """The people who have one value."""

    name: str
    counts: CountsShown


class StrataShown(Shown):
    """Whether a pair holds among people alike in one respect: Mantel-Haenszel ratio, exact p.

    By "usage" the strata are active days in the 28 before the onset, and `p` is the one the verdict
    rests on. Without it nobody knows how much people used the product, and nothing is held fixed.
    """

    by: str
    strata: tuple[StratumShown, ...]
    lift: float
    low: float | None
    high: float | None
    p: float
    holds: bool


class DoseGroupShown(Shown):
    """People who had the events at least so often, and fewer than the next group."""

    least: int
    hit: int
    people: int


class DoseShown(Shown):
    """The share hit by how often people met what the theme speaks about (Cochran-Armitage p)."""

    events: tuple[str, ...]
    groups: tuple[DoseGroupShown, ...]
    p: float
    rises: bool


class LinkShown(Shown):
    """A tested relation of a theme and an anomaly: `status` is what to show people."""

    id: str
    anomaly_id: str
    theme_id: str
    theme_title: str
    metric: str
    tag: TagShown | None
    counts: CountsShown
    lift: IntervalShown | None
    p: float | None
    q: float | None
    confidence: float
    time: str
    segment: str
    verdict: str
    is_linked: bool
    status: str
    reason: str
    dose: DoseShown | None
    strata: tuple[StrataShown, ...]
