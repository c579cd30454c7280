"""The fusion metrics: formula, target, verdict and trend, each with all it was counted from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from statistics import fmean

from synth.core.proportions import wilson
from synth.fusion.counting import counted, make_metric, median_metric, share_metric
from synth.fusion.types import (
    Aim,
    Facts,
    FusionMetric,
    Instance,
    Loop,
    Target,
)
from synth.insights.types import Choice, FlagCode, ItemState, LabelKind, Priority

CYCLE = Target(aim=Aim.LESS, value=14, unit="days")
DIAGNOSIS = Target(aim=Aim.AT_MOST, value=3, unit="days")
UTILIZATION = Target(aim=Aim.AT_LEAST, value=60, unit="%")
VALIDATION = Target(aim=Aim.AT_LEAST, value=70, unit="%")
COVERAGE = Target(aim=Aim.AT_LEAST, value=100, unit="%")
CONFIDENCE = Target(aim=Aim.AT_LEAST, value=8, unit="of 10")
ATTRIBUTION = Target(aim=Aim.AT_LEAST, value=80, unit="%")
NONE_SHIPPED = "no shipped item yet"
SPECULATIVE = Target(aim=Aim.AT_MOST, value=0, unit="")


def compute_metrics(facts: Facts) -> list[FusionMetric]:
    """Return the six fusion metrics, then the three beside them."""
    return [compute(facts) for compute in METRICS]


def cycle_time(facts: Facts) -> FusionMetric:
    """Days from the day a metric moved to the first day of the first test."""
    cases = [
        _days(loop, loop.first_test_on, CYCLE)
        for loop in facts.loops
        if loop.first_test_on is not None
    ]
    return median_metric(
        "cycle_time", "Fusion cycle time", CYCLE, cases, facts.today, what="tested insight",
        formula="days from the day a metric moved to the first day of the first test; median",
    )  # fmt: skip


def utilization(facts: Facts) -> FusionMetric:
    """Share of high-priority insights that became roadmap items or fixes."""
    planned = {
        one
        for ranked in facts.backlog
        if ranked.item.state in (ItemState.PLANNED, ItemState.SHIPPED)
        for one in ranked.item.insight_ids
    }
    cases = []
    for loop in facts.loops:
        if Priority.HIGH in loop.standing.labels.get(LabelKind.PRIORITY, ()):
            decision = loop.standing.decision
            is_built = decision is not None and decision.choice is Choice.BUILD
            hit = is_built or loop.standing.insight.id in planned
            words = "planned, shipped or being built" if hit else "in no plan yet"
            cases.append(_hit(loop, loop.approved_on, hit, words))
    return share_metric(
        "utilization", "Insight utilization", UTILIZATION, cases, facts.today,
        what="high-priority insight",
        formula="high-priority insights decided to build or behind a planned or shipped item, "
        "of all high-priority insights",
    )  # fmt: skip


def validation(facts: Facts) -> FusionMetric:
    """Share of hypotheses with quotes that numbers bore out."""
    cases = []
    for loop in facts.loops:
        if loop.measured_on is not None and loop.standing.insight.content.citations:
            words = "its metric got better" if loop.is_validated else "flat, or worse in a slice"
            cases.append(_hit(loop, loop.measured_on, loop.is_validated, words))
    return share_metric(
        "validation", "Hypothesis validation rate", VALIDATION, cases, facts.today,
        what="measured insight",
        formula="insights with quotes whose own metric got better and in no slice worse, "
        "of all that were measured",
    )  # fmt: skip


def coverage(facts: Facts) -> FusionMetric:
    """Share of key metrics that are tracked and on which people were heard."""
    cases = []
    for metric in sorted(facts.key_metrics, key=lambda one: one.rank):
        lacks = [] if metric.is_tracked else ["no values"]
        lacks += [] if metric.is_explained else ["nobody heard on it"]
        role = "North Star" if metric.rank == 0 else f"key metric {metric.rank}"
        cases.append(
            Instance(
                title=metric.name,
                href=f"/metrics/{metric.name}",
                on=None,
                value=float(not lacks),
                words=f"{role}: {', '.join(lacks) or 'tracked, and people were heard'}",
            )
        )
    return share_metric(
        "coverage", "Quant-qual coverage", COVERAGE, cases, facts.today, what="key metric",
        formula="key metrics with values and with people heard on something they did, "
        "of the North Star and the top ten", least=1,
    )  # fmt: skip


def confidence(facts: Facts) -> FusionMetric:
    """Mean answer of the quarter's survey."""
    this = quarter_of(facts.today)
    cases = [
        Instance(
            title=one.quarter,
            href="/fusion",
            on=one.answered_at.date(),
            value=float(one.score),
            words=f"{one.score} of 10",
        )
        for one in facts.answers
    ]
    now = [case.value for case in cases if case.title == this]
    mean = fmean(now) if now else None
    spread = f"; {min(now):g} to {max(now):g}" if len(now) > 1 else ""
    return make_metric(
        "confidence", "Decision confidence", CONFIDENCE, cases, facts.today,
        formula="mean of the quarter's answers, 1-10, one a person",
        value=mean,
        words="nobody answered this quarter"
        if mean is None
        else f"{mean:.1f} of 10, {counted(len(now), 'answer')}{spread}",
        tell=lambda some: f"{fmean(some):.1f} of 10 (n = {len(some)})",
        least=1,
        what="answer",
        n=len(now),
    )  # fmt: skip


def attribution(facts: Facts) -> FusionMetric:
    """Share of shipped items with a number and a voice after launch."""
    proven = {
        loop.standing.insight.id
        for loop in facts.loops
        if loop.measured_on is not None and loop.has_voice
    }
    cases = []
    for ranked in facts.backlog:
        if ranked.item.state is ItemState.SHIPPED:
            hit = any(one in proven for one in ranked.item.insight_ids)
            words = "number and voice after launch" if hit else "its effect is not known"
            cases.append(_item(ranked.item.title, ranked.item.shipped_on, hit, words))
    return share_metric(
        "attribution", "Impact attribution", ATTRIBUTION, cases, facts.today, what="shipped item",
        formula="shipped items with an outcome in numbers and a quote after launch, "
        "of all shipped items",
    )  # fmt: skip


def diagnosis(facts: Facts) -> FusionMetric:
    """Days from the day a metric moved to the first approved insight on it."""
    first: dict[str, Loop] = {}
    for loop in facts.loops:
        key = loop.standing.insight.anomaly_id
        if key not in first or loop.approved_on < first[key].approved_on:
            first[key] = loop
    cases = [_days(loop, loop.approved_on, DIAGNOSIS) for loop in first.values()]
    return median_metric(
        "diagnosis", "Time to diagnosis", DIAGNOSIS, cases, facts.today, what="diagnosed anomaly",
        formula="days from the day a metric moved to the first approved insight on it; median",
    )  # fmt: skip


def speculative(facts: Facts) -> FusionMetric:
    """How many changes shipped with nobody's words behind them."""
    cases = [
        _item(ranked.item.title, ranked.item.shipped_on, False, ranked.item.override or "no reason")
        for ranked in facts.backlog
        if ranked.item.state is ItemState.SHIPPED and not ranked.gate.qual
    ]
    shipped = sum(ranked.item.state is ItemState.SHIPPED for ranked in facts.backlog)
    return make_metric(
        "speculative", "Speculative fixes shipped", SPECULATIVE, cases, facts.today,
        formula="shipped items without a quote that stands",
        value=float(len(cases)) if shipped else None,
        words=f"{len(cases)} of {counted(shipped, 'shipped item')}" if shipped else NONE_SHIPPED,
        tell=lambda some: str(len(some)),
        least=1,
        what="shipped item",
        n=shipped,
    )  # fmt: skip


def intercepts(facts: Facts) -> FusionMetric:
    """Share of people asked in the product who answered; no target, 27 % is the reference."""
    share = wilson(facts.answered, facts.invited)
    return FusionMetric(
        key="intercepts",
        name="Intercept completion",
        formula="people with the event intercept_answered, of those with intercept_shown, "
        "last 90 days",
        target=None,
        value=share.k / share.n if share.n else None,
        words=str(share),
        verdict="27 in 100 is the reference" if share.n else "nobody was asked in the product yet",
        is_met=None,
        share=share if share.n else None,
        instances=(),
        trend=(),
        direction="",
    )


METRICS: tuple[Callable[[Facts], FusionMetric], ...] = (
    cycle_time, utilization, validation, coverage, confidence, attribution,
    diagnosis, speculative, intercepts,
)  # fmt: skip


def quarter_of(day: date) -> str:
    """Return the quarter of a day, for example "2026-Q1"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _days(loop: Loop, until: date, target: Target) -> Instance:
    days = (until - loop.moved_on).days
    met = "meets" if target.is_met(days) else "misses"
    return Instance(
        title=loop.standing.insight.content.title,
        href=f"/insights/{loop.standing.insight.id}",
        on=until,
        value=float(days),
        words=f"{counted(days, 'day')}: {met} {target.aim} {target.value:g}",
    )


def _hit(loop: Loop, on: date, hit: bool, words: str) -> Instance:
    insight = loop.standing.insight
    lost = ", its evidence lost" if loop.standing.has(FlagCode.EVIDENCE_LOST) else ""
    return Instance(
        title=insight.content.title,
        href=f"/insights/{insight.id}",
        on=on,
        value=float(hit),
        words=words + lost,
    )


def _item(title: str, on: date | None, hit: bool, words: str) -> Instance:
    return Instance(title=title, href="/backlog", on=on, value=float(hit), words=words)
