"""Insights with what was decided, tried and seen."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import Self

from api.schemas.base import Share, Shown, only
from api.schemas.citations import SidedCitation
from api.schemas.hypotheses import InsightShown, content_parts
from synth.hypotheses.types import Hypothesis
from synth.insights.closing import gaps, result_word
from synth.insights.outcomes import Effect, Range, Verdict, compute_effect
from synth.insights.telling import impact_lines
from synth.insights.types import (
    Choice,
    FlagCode,
    Heard,
    InsightDecision,
    InsightTestKind,
    ItemState,
    LabelKind,
    LoopState,
    Measured,
    Record,
    Standing,
)
from synth.metrics.types import Good


class FlagShown(Shown):
    """Why an insight needs another look."""

    code: FlagCode
    words: str


class DecisionShown(Shown):
    """What was decided, who does it and until when."""

    seq: int
    choice: Choice
    owner_id: str
    deadline: date | None
    note: str
    decided_by: str
    decided_at: datetime
    is_overdue: bool = False
    days_over: int = 0

    @classmethod
    def of(cls, decision: InsightDecision, days_over: int = 0) -> Self:
        """Return `decision`, `days_over` past its deadline."""
        late = {"is_overdue": days_over > 0, "days_over": days_over}
        return cls.model_validate({**vars(decision), **late})


class InsightListed(InsightShown):
    """An insight with where it stands now."""

    state: LoopState
    labels: Mapping[LabelKind, Sequence[str]]
    decision: DecisionShown | None
    flags: list[FlagShown]
    is_overdue: bool
    last_confirmed: datetime

    @classmethod
    def stands(cls, standing: Standing, quotable: Container[str | None], today: date) -> Self:
        """Return an insight as it stands on `today`."""
        return cls.model_validate(standing_parts(cls, standing, quotable, today))


def standing_parts(
    cls: type[InsightListed], standing: Standing, quotable: Container[str | None], today: date
) -> dict[str, object]:
    """Return the fields of `cls` that a standing gives."""
    insight, decision = standing.insight, standing.decision
    is_overdue = standing.has(FlagCode.OVERDUE)
    days = decision.days_over(today) if decision and is_overdue else 0
    parts = {
        **vars(insight),
        **content_parts(insight.content, quotable),
        **vars(standing),
        "flags": [FlagShown.model_validate(flag) for flag in standing.flags],
        "decision": DecisionShown.of(decision, days) if decision else None,
        "is_overdue": is_overdue,
    }
    return only(cls.model_fields, parts)


class StepShown(Shown):
    """One act of the loop."""

    seq: int
    act: str
    state: LoopState
    reason: str
    note: str
    by_id: str
    at: datetime


class InsightTestShown(Shown):
    """What was tried."""

    id: str
    kind: InsightTestKind
    name: str
    change: str
    split: Mapping[str, float]
    starts_on: date
    ends_on: date | None
    experiment_id: str | None
    recorded_by: str
    recorded_at: datetime


class RangeShown(Shown):
    """A 95 % interval."""

    low: float
    high: float

    @classmethod
    def maybe(cls, found: Range | None) -> Self | None:
        """Return the interval, if there is one."""
        return cls(low=found.low, high=found.high) if found else None


class MeanShown(Shown):
    """A mean of n people and their standard deviation."""

    value: float
    sd: float
    n: int


class SourceShown(Shown):
    """The imported numbers an outcome is: one variant against the control."""

    experiment_id: str
    variant: str
    control: str


class MeasuredShown(Shown):
    """One metric before and after; changes and verdict are computed, `percent` is the relative."""

    id: str
    test_id: str
    metric: str
    unit: str
    good: Good
    segment: Mapping[str, str]
    before: float
    after: float
    predicted: float | None
    before_share: Share | None
    after_share: Share | None
    before_mean: MeanShown | None
    after_mean: MeanShown | None
    source: SourceShown | None
    measured_on: date
    difference: float
    relative: float | None
    percent: int | None
    difference_range: RangeShown | None
    relative_range: RangeShown | None
    of_predicted: float | None
    verdict: Verdict
    is_tested: bool

    @classmethod
    def of(cls, measured: Measured) -> Self:
        """Return `measured` with what follows from it."""
        effect: Effect = compute_effect(measured)
        percent = None if effect.relative is None else round(100 * effect.relative)
        ranges = {
            name: RangeShown.maybe(getattr(effect, name))
            for name in ("difference_range", "relative_range")
        }
        parts = {**vars(measured), **vars(effect), **ranges, "percent": percent}
        parts["test_id"] = measured.test_id
        return cls.model_validate(only(cls.model_fields, parts))


class HeardShown(Shown):
    """A quote after launch; withheld where it no longer stands."""

    id: str
    test_id: str
    citation: SidedCitation
    said_on: date | None
    lost: str

    @classmethod
    def of(cls, heard: Heard) -> Self:
        """Return `heard`; what is lost has no words."""
        shown = () if heard.lost else (heard.citation.participant_id,)
        return cls(
            id=heard.id,
            test_id=heard.test_id,
            citation=SidedCitation.of(heard.citation, shown),
            said_on=heard.said_on,
            lost=heard.lost,
        )


class FindingShown(Shown):
    """What a test showed by accident, as an item of the backlog."""

    id: str
    title: str
    state: ItemState


class AlsoIn(Shown):
    """Another anomaly of the same metric and theme, whose draft was merged into this one."""

    anomaly_id: str
    hypothesis_id: str
    people: Share  #: of those it hit, who speak about the theme

    @classmethod
    def of(cls, merged: Hypothesis) -> Self:
        """Return the anomaly of a merged draft with its count; its words stay in the review."""
        return cls(
            anomaly_id=merged.anomaly_id,
            hypothesis_id=merged.id,
            people=Share.model_validate(merged.content.scale),
        )


class RecordShown(InsightListed):
    """An insight with everything that became of it."""

    steps: list[StepShown]
    decisions: list[DecisionShown]
    tests: list[InsightTestShown]
    quant: list[MeasuredShown]
    qual: list[HeardShown]
    impact: list[str]  #: what it costs, step by step
    findings: list[FindingShown]
    learning: str
    result: str
    missing: Sequence[str]
    gaps: Sequence[str]
    also_in: list[AlsoIn]

    @classmethod
    def of_record(
        cls,
        record: Record,
        quotable: Container[str | None],
        today: date,
        merged: Sequence[Hypothesis],
    ) -> Self:
        """Return the whole record as it stands on `today`, with what was merged into it."""
        parts = standing_parts(cls, record.standing, quotable, today)
        return cls.model_validate(
            {
                **parts,
                "steps": [StepShown.model_validate(step) for step in record.steps],
                "decisions": [DecisionShown.of(decision) for decision in record.decisions],
                "tests": [InsightTestShown.model_validate(one) for one in record.tests],
                "quant": [MeasuredShown.of(one) for one in record.measured],
                "qual": [HeardShown.of(one) for one in record.heard],
                "impact": impact_lines(record.impact) if record.impact else [],
                "findings": [FindingShown.model_validate(one) for one in record.findings],
                "learning": record.learning,
                "result": result_word(record),
                "missing": record.missing,
                "gaps": gaps(record),
                "also_in": [AlsoIn.of(one) for one in merged],
            }
        )
