"""Approved hypotheses, and what was decided, tried and seen of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from synth.core.proportions import Proportion
from synth.hypotheses.types import Citation, Content
from synth.investigations.impact import Impact
from synth.metrics.ratios import Mean
from synth.metrics.types import Good


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One person who approved."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Insight:
    """An approved hypothesis, exactly as it was approved."""

    id: str
    hypothesis_id: str
    revision: int
    review_id: str
    approved_by: str  #: whose approval was the last one needed
    approved_at: datetime
    approvals: tuple[Approval, ...]  #: everybody who approved this revision, first to last
    content: Content
    anomaly_id: str
    theme_id: str


class LabelKind(StrEnum):
    """What a label says of an insight."""

    PERSONA = "persona"
    JOB = "job"
    PAIN = "pain"
    AREA = "area"
    STAGE = "stage"
    PRIORITY = "priority"


class Stage(StrEnum):
    """Where in a customer's life an insight belongs."""

    DISCOVER = "discover"
    TRIAL = "trial"
    ONBOARD = "onboard"
    USE = "use"
    RENEW = "renew"
    LEAVE = "leave"


class Priority(StrEnum):
    """How much an insight matters; utilization counts the high ones."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


#: Labels by kind, each kind's values in order.
Labels = Mapping[LabelKind, Sequence[str]]


class LoopState(StrEnum):
    """Where an insight stands; `insights.transitions` says what may follow what."""

    APPROVED = "approved"  #: nobody decided on it yet
    DECIDED = "decided"
    TESTING = "testing"
    CLOSED = "closed"
    DROPPED = "dropped"
    REOPENED = "reopened"  #: needs a decision again


class Choice(StrEnum):
    """What can be decided on an insight."""

    BUILD = "build"
    TEST = "test"
    INVESTIGATE = "investigate"
    DROP = "drop"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act of the loop and the state it led to."""

    seq: int
    act: str
    state: LoopState
    reason: str  #: why it was reopened, as a code; else ""
    note: str  #: of a closing: what was learnt
    by_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class InsightDecision:
    """What one person decided, who does it and until when."""

    seq: int
    choice: Choice
    owner_id: str
    deadline: date | None
    note: str
    decided_by: str
    decided_at: datetime

    def days_over(self, today: date) -> int:
        """Return how many days the deadline is past; 0 before it and without one."""
        return max(0, (today - self.deadline).days) if self.deadline else 0


class InsightTestKind(StrEnum):
    """How a change was tried."""

    AB = "ab"
    FLAG = "flag"
    PILOT = "pilot"
    ROLLOUT = "rollout"  #: given to everybody


@dataclass(frozen=True, kw_only=True)
class InsightTest:
    """What was tried, on whom, when."""

    id: str
    insight_id: str
    kind: InsightTestKind
    name: str
    change: str  #: what was changed, in a person's words
    split: Mapping[str, float]  #: share of each arm, together 1; empty: nobody was left out
    starts_on: date
    ends_on: date | None
    experiment_id: str | None = None  #: as where it ran; its results may be imported later
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class FromExperiment:
    """Which imported numbers an outcome is: one variant against the control."""

    experiment_id: str
    variant: str
    control: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One metric before and after, for everybody or for one segment.

    Of an experiment, before is its control and after one variant, of the people who took part.
    """

    id: str
    test_id: str
    metric: str
    unit: str
    good: Good
    segment: Mapping[str, str]  #: empty: everybody
    before: float
    after: float
    predicted: float | None
    before_share: Proportion | None  #: the counts behind `before`, where they are known
    after_share: Proportion | None
    before_mean: Mean | None = None  #: n and deviation behind `before`, where it is a mean
    after_mean: Mean | None = None
    source: FromExperiment | None = None  #: None: a person typed the values
    measured_on: date
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A proved quote after launch, with the place it stands at."""

    id: str
    test_id: str
    citation: Citation
    said_on: date | None  #: None: its document has no date
    recorded_by: str
    recorded_at: datetime
    lost: str = ""  #: why it no longer counts; its words are withheld then


class FlagCode(StrEnum):
    """Why an insight needs to be looked at again."""

    OVERDUE = "overdue"
    MOVED_AGAIN = "moved_again"
    NEW_EVIDENCE = "new_evidence"
    EVIDENCE_LOST = "evidence_lost"
    STALE = "stale"


@dataclass(frozen=True, kw_only=True)
class Flag:
    """Something that happened to an insight since it was approved, in words."""

    code: FlagCode
    words: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where an insight stands now: enough for a list."""

    insight: Insight
    state: LoopState
    labels: Labels
    decision: InsightDecision | None
    flags: Sequence[Flag]
    last_confirmed: datetime  #: approved, decided, measured or heard, whichever came last
    voices: frozenset[str]  #: people quoted for it whose words still stand, as joined today

    def has(self, code: FlagCode) -> bool:
        """Return whether it carries this flag."""
        return any(flag.code is code for flag in self.flags)


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that became of an insight."""

    standing: Standing
    steps: Sequence[Step]
    decisions: Sequence[InsightDecision]  #: oldest first; the last one counts
    tests: Sequence[InsightTest]
    measured: Sequence[Measured]
    heard: Sequence[Heard]
    impact: Impact | None  #: what it costs, from the investigation of its anomaly
    findings: Sequence[BacklogItem]
    missing: Sequence[str] = ()  #: what closing still needs

    @property
    def learning(self) -> str:
        """Return what was learnt when it was last closed, or ""."""
        closings = [step.note for step in self.steps if step.state is LoopState.CLOSED]
        return closings[-1] if closings else ""


class ItemKind(StrEnum):
    """What an item of the backlog is."""

    FEATURE = "feature"
    FIX = "fix"
    FINDING = "finding"  #: seen during a test, not looked for


class ItemState(StrEnum):
    """Where an item of the backlog stands."""

    IDEA = "idea"
    PLANNED = "planned"
    SHIPPED = "shipped"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class BacklogItem:
    """Something to build, with the insights it rests on."""

    id: str
    title: str
    kind: ItemKind
    state: ItemState
    owner_id: str
    found_in: str | None  #: insight whose test showed it by accident
    override: str  #: why it was planned or shipped without evidence; "" where it was not
    created_by: str
    created_at: datetime
    shipped_on: date | None
    insight_ids: Sequence[str] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Whether an item of the backlog rests on numbers and on people."""

    quant: int  #: insights whose metric moved and was measured
    qual: int  #: people whose quotes still stand

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what it lacks, in words."""
        lacks = (("quant evidence", self.quant), ("qual context", self.qual))
        return tuple(words for words, count in lacks if not count)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An item of the backlog with its gate, the best founded first."""

    item: BacklogItem
    gate: Gate
    titles: Mapping[str, str]  #: of the insights it rests on, by id
