"""Triggers and investigations: brief, guide, people, sessions, findings, impact, decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Given, Shown
from api.schemas.recruits import AskableShown
from synth.investigations.dossier import Dossier
from synth.investigations.impact import Impact, Origin, Term, TermKind
from synth.investigations.playlist import start_ms
from synth.investigations.questions import Problem
from synth.investigations.types import Investigation, Learning, Session

Id = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Note = Annotated[str, Field(max_length=2000)]


class TriggerGiven(Given):
    """Which anomalies open an investigation; empty lists stand for all."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    kinds: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    metrics: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    marks: Annotated[tuple[str, ...], Field(max_length=10)] = ()
    min_affected: Annotated[int, Field(ge=0, le=10_000_000)] = 1
    min_change: Annotated[float, Field(ge=0, le=1000)] = 0.0
    only_worse: bool = True
    deadline_days: Annotated[int, Field(ge=1, le=92)] = 14
    owner_id: Id | None = None
    is_active: bool = True


class TriggerShown(Shown):
    """A trigger."""

    id: str
    name: str
    kinds: tuple[str, ...]
    metrics: tuple[str, ...]
    marks: tuple[str, ...]
    min_affected: int
    min_change: float
    only_worse: bool
    deadline_days: int
    owner_id: str
    is_active: bool
    created_by: str
    created_at: datetime


class InvestigationGiven(Given):
    """What to look into."""

    anomaly_id: Id


class BriefChange(Given):
    """What changes in a brief; what is left out stays."""

    question: Text | None = None
    method: Text | None = None
    owner_id: Id | None = None
    deadline: AwareDatetime | None = None
    talks_target: Annotated[int, Field(ge=1, le=200)] | None = None
    replays_target: Annotated[int, Field(ge=1, le=200)] | None = None


class FindingGiven(Given):
    """What a side says: a tested pair (its link id), the impact, or a passage (its chunk id)."""

    kind: Literal["link", "impact", "passage"]
    ref: Annotated[str, Field(max_length=64)] = ""
    note: Note = ""


class FindingShown(Shown):
    """What a side said."""

    id: str
    side: str
    kind: str
    ref: str
    note: str
    added_by: str
    added_at: datetime


class WatchGiven(Given):
    """A session that was watched."""

    session_id: Annotated[str, Field(min_length=1, max_length=500)]
    note: Note = ""


class WatchShown(Shown):
    """A watched session."""

    session_id: str
    note: str
    watched_by: str
    watched_at: datetime


class DecisionGiven(Given):
    """How an investigation ends; drop and no cause need a reason."""

    decision: Literal["build", "test", "drop", "no_cause"]
    note: Note = ""


class TermGiven(Given):
    """One factor of the impact; a counted share gives k and n instead of a value."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: TermKind
    value: Annotated[float, Field(ge=0)] | None = None
    k: Annotated[int, Field(ge=0)] | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    unit: Annotated[str, Field(max_length=100)] = ""
    origin: Origin = Origin.ASSUMED
    source: Annotated[str, Field(min_length=1, max_length=500)]

    def to_term(self) -> Term:
        """Return the factor; counts give the value where none is given."""
        value = self.value
        if value is None:
            value = self.k / self.n if self.k is not None and self.n else 0.0
        return Term(**{**self.model_dump(), "value": value})


class ImpactGiven(Given):
    """All factors, in the order they are multiplied."""

    terms: Annotated[list[TermGiven], Field(max_length=8)]


class StepShown(Shown):
    """A factor, its own 95 % interval where it was counted, and what stands after it."""

    name: str
    kind: str
    value: float
    k: int | None
    n: int | None
    interval: tuple[float, float] | None
    unit: str
    origin: str
    source: str
    edited_by: str
    edited_at: datetime | None
    result: float
    low: float
    high: float


class ImpactShown(Shown):
    """The arithmetic; its interval covers only the factors that were counted."""

    result: float
    steps: list[StepShown]
    uncounted: Sequence[str]

    @classmethod
    def of(cls, impact: Impact) -> ImpactShown:
        """Return the chain as it is shown."""
        steps = [
            StepShown(
                **{name: getattr(step.term, name) for name in TERM_FIELDS},
                result=step.result,
                low=step.low,
                high=step.high,
            )
            for step in impact.steps
        ]
        return cls(result=impact.result, steps=steps, uncounted=impact.uncounted)


TERM_FIELDS = (
    "name", "kind", "value", "k", "n", "interval", "unit", "origin", "source", "edited_by",
    "edited_at",
)  # fmt: skip


class LayerShown(Shown):
    """One layer of an interview guide."""

    name: str
    purpose: str
    questions: tuple[str, ...]


class GuideShown(Shown):
    """What to say first, then the goal before, the expectation at, the constraint behind."""

    opening: str
    layers: tuple[LayerShown, ...]


class ProgressShown(Shown):
    """How far an investigation is; each person counts once."""

    talks: int
    talks_target: int
    replays: int
    replays_target: int
    askable: int
    first_hours: float | None
    fifth_hours: float | None
    days_left: int


class LearningShown(Shown):
    """An approved insight on the same metric."""

    id: str
    title: str
    approved_at: datetime


class InvestigationShown(Shown):
    """An investigation: unexplained until numbers and people have both spoken."""

    id: str
    anomaly_id: str | None
    account: str | None
    state: str
    is_unexplained: bool
    question: str
    method: str
    talks_target: int
    replays_target: int
    trigger_id: str | None
    triggered_at: datetime
    opened_by: str
    owner_id: str
    deadline: datetime
    is_overdue: bool
    escalated_at: datetime | None
    decision: str | None
    decision_note: str
    decided_by: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, case: Investigation, now: datetime) -> InvestigationShown:
        """Return an investigation as it is at `now`."""
        kept = {name: getattr(case, name) for name in Investigation.__dataclass_fields__}
        told = {"is_unexplained": case.state.is_unexplained, "is_overdue": case.is_overdue(now)}
        return cls(**kept, **told)


class DossierShown(InvestigationShown):
    """An investigation with everything on it; what was learnt before comes first."""

    learnt: list[LearningShown]
    metric: str | None
    who: str
    progress: ProgressShown
    askable: AskableShown
    guide: GuideShown
    findings: list[FindingShown]
    watched: list[WatchShown]
    impact: ImpactShown

    @classmethod
    def full(cls, found: Dossier, learnt: Sequence[Learning], now: datetime) -> DossierShown:
        """Return a dossier with earlier learnings on its metric."""
        case = InvestigationShown.of(found.case, now)
        return cls(
            **case.model_dump(),
            learnt=[LearningShown.model_validate(each) for each in learnt],
            metric=found.metric.name if found.metric else None,
            who=found.who,
            progress=ProgressShown.model_validate(found.progress),
            askable=AskableShown.of(found.field.askable),
            guide=GuideShown.model_validate(found.guide),
            findings=[FindingShown.model_validate(each) for each in found.findings],
            watched=[WatchShown.model_validate(each) for each in found.watches],
            impact=ImpactShown.of(found.impact),
        )


class SessionShown(Shown):
    """A session to watch, from where on, and why."""

    session_id: str
    participant_id: str
    pseudonym: str
    starts_at: datetime | None
    start_ms: int | None
    signals: int
    signal: str
    url: str
    document_id: str

    @classmethod
    def of(cls, session: Session) -> SessionShown:
        """Return a session with the moment to begin at."""
        kept = {name: getattr(session, name) for name in cls.model_fields if name != "start_ms"}
        return cls(**kept, start_ms=start_ms(session))


class QuestionsGiven(Given):
    """Interview questions to read."""

    questions: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=500)]],
        Field(min_length=1, max_length=100),
    ]


class ProblemShown(Shown):
    """A fault of a question: which words show it, why it matters, what to ask instead."""

    fault: str
    start: int
    end: int
    reason: str
    better: str

    @classmethod
    def of(cls, problem: Problem) -> ProblemShown:
        """Return a problem with its place in the question."""
        place = {"start": problem.span.start, "end": problem.span.end}
        return cls(fault=problem.fault, **place, reason=problem.reason, better=problem.better)


class QuestionShown(Shown):
    """A question with what is wrong with it; an empty list is fine."""

    question: str
    problems: list[ProblemShown]
