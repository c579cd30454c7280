"""What people send about insights: labels, decisions, tests, outcomes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Given
from synth.hypotheses.types import Side
from synth.insights.types import Choice, FlagCode, InsightTestKind
from synth.metrics.types import Good

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
Whole = Annotated[int, Field(ge=0, le=10**12)]
Values = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=20)]


class LabelsGiven(Given):
    """Labels by kind, in place of those of the same kinds; what is left out stays."""

    persona: Values | None = None
    job: Values | None = None
    pain: Values | None = None
    area: Values | None = None
    stage: Values | None = None
    priority: Values | None = None


class DecisionGiven(Given):
    """What to do, who does it and until when; no deadline is needed to drop."""

    choice: Choice
    owner_id: Id | None = None
    deadline: date | None = None
    note: Text = ""


class InsightTestBody(Given):
    """What is tried: an A/B test, a flag, a pilot or a rollout."""

    kind: InsightTestKind
    name: Name
    change: Text = ""
    split: Annotated[dict[Name, float], Field(default_factory=dict, max_length=20)]
    starts_on: date
    ends_on: date | None = None
    experiment_id: Name | None = None  #: whose results it will take over


class MeasuredBody(Given):
    """One metric before and after; what is left out is the insight's own."""

    metric: Name | None = None
    unit: Annotated[str, Field(max_length=32)] | None = None
    good: Good | None = None
    segment: Annotated[dict[Name, Name], Field(default_factory=dict, max_length=10)]
    before: float | None = None
    after: float | None = None
    predicted: float | None = None
    before_k: Whole | None = None
    before_n: Whole | None = None
    after_k: Whole | None = None
    after_n: Whole | None = None
    measured_on: date | None = None


class ResultsBody(Given):
    """Imported numbers to take over: of the test's experiment, and of its only variant."""

    experiment_id: Name | None = None
    variant: Name | None = None


class QuoteBody(Given):
    """Words somebody said after launch; without `chunk_id` they are looked for."""

    quote: Annotated[str, Field(min_length=1, max_length=4000)]
    side: Side = Side.FOR
    chunk_id: Id | None = None


class OutcomeBody(Given):
    """What a test brought, whatever is known so far; with `close` the loop ends."""

    test_id: Id | None = None
    quant: Annotated[list[MeasuredBody], Field(default_factory=list, max_length=50)]
    results: ResultsBody | None = None
    quotes: Annotated[list[QuoteBody], Field(default_factory=list, max_length=50)]
    findings: Annotated[list[Name], Field(default_factory=list, max_length=20)]
    learning: Text = ""
    close: bool = False


class ReopenBody(Given):
    """Why it is taken up again."""

    reason: FlagCode | None = None
    note: Text = ""
