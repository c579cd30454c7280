"""Reads what a person says of a test and its outcome; what cannot be is refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from synth.core.ids import new_id
from synth.core.proportions import Proportion, wilson
from synth.errors import InputError
from synth.hypotheses.types import Side
from synth.insights.types import Insight, InsightTest, InsightTestKind, Measured
from synth.metrics.types import Good, Metric

#: How far a share given as a value may stray from the counts given with it: rounding.
ROUNDING = 0.006
LONGEST = 2000
LARGEST = 1e15


@dataclass(frozen=True, kw_only=True)
class InsightTestGiven:
    """What is tried, as a person says it."""

    kind: InsightTestKind
    name: str
    change: str = ""
    split: Mapping[str, float] = field(default_factory=dict)
    starts_on: date
    ends_on: date | None = None
    experiment_id: str | None = None  #: whose results it will take over


@dataclass(frozen=True, kw_only=True)
class MeasuredGiven:
    """One metric before and after, as a person says it; what is left out is the insight's own."""

    metric: str | None = None
    unit: str | None = None
    good: Good | None = None
    segment: Mapping[str, str] = field(default_factory=dict)
    before: float | None = None
    after: float | None = None
    predicted: float | None = None
    before_k: int | None = None
    before_n: int | None = None
    after_k: int | None = None
    after_n: int | None = None
    measured_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ResultsGiven:
    """Which imported numbers are taken over."""

    experiment_id: str | None = None  #: None: of the experiment that the test names
    variant: str | None = None  #: None: of the only one beside the control


@dataclass(frozen=True, kw_only=True)
class QuoteGiven:
    """Words somebody said after launch; without a passage they are looked for."""

    quote: str
    side: Side
    chunk_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeGiven:
    """What a test brought; whatever is known so far."""

    measured: Sequence[MeasuredGiven] = ()
    results: ResultsGiven | None = None  #: numbers of an experiment, read by code
    quotes: Sequence[QuoteGiven] = ()
    findings: Sequence[str] = ()
    learning: str = ""
    close: bool = False
    test_id: str | None = None  #: None: the last one that began

    @property
    def is_empty(self) -> bool:
        """Return whether it says nothing."""
        said = self.measured or self.results or self.quotes or self.findings
        return not (said or self.close)


def read_test(given: InsightTestGiven, insight_id: str, *, by: str, now: datetime) -> InsightTest:
    """Return the test to record; raises InputError."""
    if given.ends_on and given.ends_on < given.starts_on:
        raise InputError("a test ends after it starts", found=f"{given.starts_on}-{given.ends_on}")
    shares = given.split.values()
    if shares and not (min(shares) > 0 and abs(sum(shares) - 1) <= ROUNDING):
        found = ", ".join(f"{arm} {share:g}" for arm, share in given.split.items())
        raise InputError("shares of a split are positive and sum to 1", found=found)
    if given.kind is InsightTestKind.AB and len(given.split) < 2:
        raise InputError("an A/B test needs its split", expected="control=0.5, treatment=0.5")
    return InsightTest(
        id=new_id(),
        insight_id=insight_id,
        kind=given.kind,
        name=required(given.name, "the test's name", longest=200),
        change=checked(given.change, "what was changed"),
        split=dict(given.split),
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        experiment_id=checked(given.experiment_id or "", "the experiment", longest=200) or None,
        recorded_by=by,
        recorded_at=now,
    )


def read_measured(
    given: MeasuredGiven,
    insight: Insight,
    metric: Metric | None,
    test: InsightTest,
    *,
    by: str,
    now: datetime,
) -> Measured:
    """Return the outcome to record; `metric` is the stored one of that name, if there is one.

    Raises:
        InputError: a value that is missing, contradicts its counts, or lies before the test.
    """
    content = insight.content
    is_own = given.metric in (None, content.metric)
    unit, good = _unit_and_way(given, insight, metric, is_own=is_own)
    before_share = _counts(given.before_k, given.before_n, "before")
    after_share = _counts(given.after_k, given.after_n, "after")
    if is_own and given.before is None and before_share is None:
        before_share, given_before = content.baseline_share, content.baseline
    else:
        given_before = _value(given.before, before_share, unit, "before")
    return Measured(
        id=new_id(),
        test_id=test.id,
        metric=content.metric if is_own else required(str(given.metric), "the metric"),
        unit=unit,
        good=good,
        segment=dict(given.segment),
        before=given_before,
        after=_value(given.after, after_share, unit, "after"),
        predicted=content.target
        if is_own and given.predicted is None
        else _sane(given.predicted, "predicted"),
        before_share=before_share,
        after_share=after_share,
        measured_on=day_measured(given.measured_on, test, now.date()),
        recorded_by=by,
        recorded_at=now,
    )


def checked(text: str, what: str, *, longest: int = LONGEST) -> str:
    """Return `text` without space around it; raises InputError where it cannot be stored."""
    if len(text) > longest:
        raise InputError(f"{what} is longer than {longest} characters; shorten it")
    if "\0" in text:
        raise InputError(f"{what} holds a NUL character; type it again")
    return text.strip()


def required(text: str, what: str, *, longest: int = LONGEST) -> str:
    """Return `text` without space around it; raises InputError where it is empty."""
    if not text.strip():
        raise InputError(f"{what} is missing")
    return checked(text, what, longest=longest)


def _unit_and_way(
    given: MeasuredGiven, insight: Insight, metric: Metric | None, *, is_own: bool
) -> tuple[str, Good]:
    content = insight.content
    if metric is not None:
        return metric.unit, metric.good
    if is_own:
        return content.unit, Good.UP if content.target > content.baseline else Good.DOWN
    if given.unit is None or given.good is None:
        raise InputError(
            f"{given.metric} is no metric of this workspace: say its unit and its good direction",
            expected="unit and good (up or down)",
        )
    return given.unit, given.good


def _counts(k: int | None, n: int | None, which: str) -> Proportion | None:
    if k is None and n is None:
        return None
    if k is None or n is None or not 0 <= k <= n or n == 0:
        raise InputError(f"counts {which} need 0 <= k <= n and n > 0", found=f"k {k}, n {n}")
    return wilson(k, n)


def _value(value: float | None, share: Proportion | None, unit: str, which: str) -> float:
    scale = 100.0 if unit in ("%", "percent") else 1.0
    if share is None:
        if value is None:
            raise InputError(f"the value {which} is missing", expected=f"{which}, or its counts")
        return _sane(value, which) or 0.0
    counted = scale * share.k / share.n
    if value is not None and not abs(value - counted) <= ROUNDING * scale:
        raise InputError(
            f"the value {which} contradicts its counts",
            found=f"{value:g}",
            expected=f"{counted:.4g}",
        )
    return counted if value is None else value


def _sane(value: float | None, which: str) -> float | None:
    """Return `value` if it is a number that a metric can have; raises InputError."""
    if value is not None and not abs(value) <= LARGEST:
        raise InputError(f"the value {which} is no metric's", found=f"{value:g}")
    return value


def day_measured(given: date | None, test: InsightTest, today: date) -> date:
    """Return the day given, else today; raises InputError before the test and in the future."""
    day = given or today
    if day < test.starts_on:
        raise InputError(
            "measured before the test began",
            found=day.isoformat(),
            expected=f"{test.starts_on} or later",
        )
    if day > today:
        raise InputError("measured in the future", found=day.isoformat())
    return day
