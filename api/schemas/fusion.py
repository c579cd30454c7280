"""The rhythm of a team: fusion metrics, agenda, cadence, checklist, survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Given, Share, Shown, only
from synth.fusion.types import Agenda, Cadence, FusionMetric


class InstanceShown(Shown):
    """One thing behind a number."""

    title: str
    href: str
    on: date | None
    value: float
    words: str


class MonthShown(Shown):
    """The value of one month, in words."""

    month: str
    words: str


class FusionMetricShown(Shown):
    """One number about the team's own work, with all it was counted from."""

    key: str
    name: str
    formula: str
    target: str | None
    value: float | None
    words: str
    verdict: str
    is_met: bool | None
    share: Share | None
    direction: str
    trend: list[MonthShown]
    instances: list[InstanceShown]

    @classmethod
    def of(cls, metric: FusionMetric) -> Self:
        """Return `metric` with its target in words."""
        parts = {
            **vars(metric),
            "target": str(metric.target) if metric.target else None,
            "trend": [MonthShown(month=month, words=words) for month, words in metric.trend],
            "instances": [InstanceShown.model_validate(one) for one in metric.instances],
        }
        return cls.model_validate(only(cls.model_fields, parts))


class FusionMetricsShown(Shown):
    """The six fusion metrics, then the three beside them."""

    items: list[FusionMetricShown]


class AgendaItemShown(Shown):
    """One point of the fusion review."""

    kind: str
    sentence: str
    context: str
    quote: str
    speaker: str
    proposed: str
    owner_id: str
    minutes: int
    href: str


class AgendaShown(Shown):
    """Sixty minutes, and how many points did not fit."""

    due_on: date
    last_held: date | None
    minutes: int
    waiting: int
    items: list[AgendaItemShown]

    @classmethod
    def of(cls, agenda: Agenda) -> Self:
        """Return the agenda with its length."""
        items = [AgendaItemShown.model_validate(item) for item in agenda.items]
        return cls.model_validate({**vars(agenda), "minutes": agenda.minutes, "items": items})


class WeekShown(Shown):
    """What one person brought in a week."""

    begins: date
    anomalies: int
    talks: int


class CadenceShown(Shown):
    """The weeks of one product manager; the last one is not over."""

    member_id: str
    name: str
    weeks: list[WeekShown]
    behind: str
    steady: int

    @classmethod
    def of(cls, cadence: Cadence) -> Self:
        """Return a product manager's weeks."""
        weeks = [WeekShown.model_validate(week) for week in cadence.weeks]
        return cls.model_validate({**vars(cadence), "weeks": weeks})


class CadencesShown(Shown):
    """Everybody's weeks, who is most behind first."""

    items: list[CadenceShown]


class CheckStepShown(Shown):
    """One step of the starter checklist."""

    title: str
    is_done: bool
    words: str
    href: str


class ChecklistShown(Shown):
    """The starter checklist, its state computed."""

    items: list[CheckStepShown]


class ConfidenceGiven(Given):
    """How sure you are of this quarter's decisions."""

    score: Annotated[int, Field(ge=1, le=10)]


class AnswerShown(Shown):
    """Your answer of a quarter."""

    quarter: str
    score: int
    answered_at: datetime


class ReviewGiven(Given):
    """A fusion review that took place; without a day, today."""

    held_on: date | None = None
    minutes: Annotated[int, Field(ge=1, le=480)] = 60
    note: Annotated[str, Field(max_length=2000)] = ""


class ReviewHeldShown(Shown):
    """A fusion review that took place."""

    held_on: date
    minutes: int
    note: str
    held_by: str


class KeyMetricsGiven(Given):
    """Names of the metrics that matter most, the first of them the North Star."""

    names: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=11)]


class KeyMetricsShown(Shown):
    """The key metrics, the first of them the North Star."""

    names: Sequence[str]
