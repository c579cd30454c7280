"""What the rhythm of a team is made of: facts of its loops, metrics of them, agenda, cadence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from synth.core.proportions import Proportion
from synth.insights.types import Ranked, Standing


@dataclass(frozen=True, kw_only=True)
class Loop:
    """One insight from the day its metric moved to what came of it."""

    standing: Standing
    moved_on: date  #: the onset; where values have no time, the day it was first seen
    first_test_on: date | None
    measured_on: date | None  #: of its own metric, the first time
    is_validated: bool  #: its metric got better, in no slice worse
    has_voice: bool  #: a quote after launch stands

    @property
    def approved_on(self) -> date:
        """Return the day it was approved."""
        return self.standing.insight.approved_at.date()


@dataclass(frozen=True, kw_only=True)
class KeyMetric:
    """A metric that matters most; rank 0 is the North Star."""

    metric_id: str
    name: str
    rank: int
    is_tracked: bool  #: it has values
    is_explained: bool  #: people were heard on something it did


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How sure one person is of the decisions of a quarter, 1-10."""

    member_id: str
    quarter: str
    score: int
    answered_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewHeld:
    """A fusion review that took place."""

    held_on: date
    minutes: int
    note: str
    held_by: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the fusion metrics are computed from."""

    loops: Sequence[Loop]
    backlog: Sequence[Ranked]
    key_metrics: Sequence[KeyMetric]
    answers: Sequence[Answer]
    invited: int  #: people asked in the product in the last 90 days
    answered: int
    today: date


class Aim(StrEnum):
    """How a target is met."""

    LESS = "<"
    AT_MOST = "≤"
    AT_LEAST = "≥"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a metric should be."""

    aim: Aim
    value: float
    unit: str  #: "days", "%", "of 10" or ""

    def is_met(self, value: float) -> bool:
        """Return whether `value` reaches the target."""
        if self.aim is Aim.LESS:
            return value < self.value
        return value <= self.value if self.aim is Aim.AT_MOST else value >= self.value

    def __str__(self) -> str:
        """Return for example "< 14 days"."""
        return f"{self.aim} {self.value:g} {self.unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One thing behind a number: a loop, an item, a metric."""

    title: str
    href: str
    on: date | None
    value: float  #: days, a score, or 1 and 0 for a hit and a miss
    words: str


@dataclass(frozen=True, kw_only=True)
class FusionMetric:
    """One number about the team's own work, with all that it was counted from."""

    key: str
    name: str
    formula: str
    target: Target | None
    value: float | None  #: None: nothing to count yet
    words: str  #: the value in words, with its n
    verdict: str  #: "misses < 14 days", "meets ≥ 60 %", or what is still needed
    is_met: bool | None
    share: Proportion | None
    instances: Sequence[Instance]
    trend: Sequence[tuple[str, str]]  #: (month, value in words), oldest first
    direction: str


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """One point of the fusion review."""

    kind: str  #: "overdue", "unexplained", "decide", "outcome", "learnt"
    sentence: str
    context: str  #: what people say, in counts
    quote: str  #: of somebody who allows it; "" where there is none
    speaker: str
    proposed: str
    owner_id: str
    minutes: int
    href: str
    anomaly_id: str = ""  #: what is not explained yet


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """Sixty minutes, and what did not fit."""

    due_on: date
    last_held: date | None
    items: Sequence[AgendaItem]
    waiting: int  #: points that did not fit

    @property
    def minutes(self) -> int:
        """Return how long it takes."""
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Week:
    """What one person brought in a week."""

    begins: date
    anomalies: int
    talks: int  #: people talked to

    def missing(self, anomalies: int, talks: int) -> tuple[int, int]:
        """Return what lacks of the week's aim."""
        return max(0, anomalies - self.anomalies), max(0, talks - self.talks)


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """The weeks of one product manager, oldest first; the last one is not over."""

    member_id: str
    name: str
    weeks: Sequence[Week]
    behind: str  #: what lacks this week, in words; "" where nothing does
    steady: int  #: full weeks in a row, the current one left out


@dataclass(frozen=True, kw_only=True)
class CheckStep:
    """One step of the starter checklist, its state computed."""

    title: str
    is_done: bool
    words: str  #: what is there, or what to do
    href: str


Names = Mapping[str, str]
