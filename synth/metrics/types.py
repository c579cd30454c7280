"""Metrics, what was measured, and what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from synth.core.periods import Period
from synth.core.proportions import Proportion


class Good(StrEnum):
    """Which way a metric should move."""

    UP = "up"
    DOWN = "down"


class Mark(StrEnum):
    """How much a metric matters; the others have no mark."""

    NORTH_STAR = "north_star"  #: the one metric that all work is for
    TOP = "top"  #: one of the ten that matter most after it


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A name with its unit and good direction; apart from it, what binds it to data and people."""

    id: str
    name: str
    description: str
    unit: str  #: "share", "minutes", "count", ...
    good: Good
    target: float | None = None
    exposure_event: str | None = None  #: who the metric measures: people with this event
    outcome_event: str | None = None  #: who then did it; None: the exposure event's own value
    settle_days: int = 0  #: days for which its source still changes values (GA4: 3)
    computed_from: str | None = None  #: "funnel:ID" or "event:NAME" where we compute its values
    source_names: Sequence[str] = ()  #: what imported files call it
    mark: Mark | None = None
    country: str | None = None  #: whose holidays are not judged; None: the workspace's


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One value of a metric at one time for one slice; ratios carry their counts."""

    ts: datetime
    value: float
    numerator: float | None
    denominator: float | None
    segment: Mapping[str, str]  #: empty: everybody


@dataclass(frozen=True, kw_only=True)
class PersonValue:
    """One value of one person; `is_bad` when it missed the target or the outcome."""

    participant_id: str
    ts: datetime | None
    value: float
    target: float | None = None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something one person did or met at one time."""

    participant_id: str
    ts: datetime
    name: str
    value: float | None = None
    session_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did; a file with problems is used as far as it can be."""

    rows: int  #: data rows read
    added: int  #: new in the database
    problems: tuple[str, ...]  #: one line each: file, line, what was found and expected
    changed: int = 0  #: were there with another value, which the file replaced
    ignored: tuple[str, ...] = ()  #: columns of the file that say nothing here


@dataclass(frozen=True, kw_only=True)
class Session:
    """A recorded session in which somebody had an event: what to watch."""

    session_id: str
    participant_id: str
    event: str
    at: datetime


class AnomalyKind(StrEnum):
    """How a metric stands out."""

    SHIFT = "shift"  #: left its expected range over time
    SEGMENT = "segment"  #: one slice is far from the others
    TARGET = "target"  #: misses its target
    PERSON = "person"  #: people measured one by one stand out from target or from each other
    RULE = "rule"  #: a rule that somebody wrote holds


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """A metric that moved or stands out."""

    id: str
    metric_id: str
    metric: str  #: the metric's name
    kind: AnomalyKind
    direction: Good  #: which way it moved
    segment: Mapping[str, str]  #: the slice it is about; empty: everybody
    window: Period | None  #: from the onset to the end; None where values have no time
    baseline: float  #: expected value, target, or the other slices' value
    observed: float
    score: float  #: robust z, or the test's -log10 p
    reason: str  #: built from the numbers
    affected: int  #: people it hit
    measured: int  #: people the metric measured in window and slice
    baseline_share: Proportion | None = None  #: the counts behind `baseline`, where it is a share
    observed_share: Proportion | None = None  #: the counts behind `observed`

    @property
    def change(self) -> float:
        """Return how far it moved, in the metric's unit."""
        return self.observed - self.baseline


@dataclass(frozen=True, kw_only=True)
class AnomalyPeople:
    """Who an anomaly measured and hit; what the overlap test needs."""

    anomaly: Anomaly
    affected: frozenset[str]
    unaffected: frozenset[str]
    sessions: Sequence[Session] = ()  #: recorded ones of people it hit
