"""Takes the outcome of a test over from an imported experiment: no number is typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from synth.core.ids import new_id
from synth.errors import Conflict, InputError
from synth.hypotheses.phrasing import PERCENT_UNITS, SHARE_UNITS
from synth.insights.recording import ResultsGiven, day_measured
from synth.insights.types import FromExperiment, Insight, InsightTest, Measured
from synth.metrics.experiments import Arm, Effect, Experiment, effects_of
from synth.metrics.types import Good, Metric


def experiment_meant(given: ResultsGiven, test: InsightTest) -> str:
    """Return the id of the experiment meant; raises InputError where it cannot be told."""
    wanted = given.experiment_id or test.experiment_id
    if wanted is None:
        raise InputError(f"the test {test.name} names no experiment", expected="its id")
    if test.experiment_id not in (None, wanted):
        raise InputError(
            f"the test {test.name} ran as another experiment",
            found=wanted[:80],
            expected=test.experiment_id,
        )
    return wanted


def take_over(
    experiment: Experiment,
    variant: str | None,
    insight: Insight,
    metric: Metric | None,
    test: InsightTest,
    *,
    by: str,
    now: datetime,
) -> Measured:
    """Return what one variant did to the insight's metric; `metric` is the stored one, if any.

    Raises:
        InputError: the experiment does not measure it, or not in its unit, or ended before the
            test began; several variants, and none is named.
    """
    effect = _chosen(effects_for(experiment, insight.content.metric, metric), variant, experiment)
    unit = metric.unit if metric else insight.content.unit
    _require_unit(effect.arm, unit)
    ended = experiment.ends_at.date() if experiment.ends_at else now.date()
    content, scale = insight.content, 100.0 if unit in PERCENT_UNITS else 1.0
    is_counted = effect.arm.counted is not None
    return Measured(
        id=new_id(),
        test_id=test.id,
        metric=content.metric,
        unit=unit,
        good=metric.good
        if metric
        else (Good.UP if content.target > content.baseline else Good.DOWN),
        segment={},
        before=effect.control.value * (scale if is_counted else 1.0),
        after=effect.arm.value * (scale if is_counted else 1.0),
        predicted=content.target,
        before_share=effect.control.counted,
        after_share=effect.arm.counted,
        before_mean=None if is_counted else effect.control.averaged,
        after_mean=None if is_counted else effect.arm.averaged,
        source=FromExperiment(
            experiment_id=experiment.id, variant=effect.arm.variant, control=effect.control.variant
        ),
        measured_on=day_measured(min(ended, now.date()), test, now.date()),
        recorded_by=by,
        recorded_at=now,
    )


def effects_for(experiment: Experiment, name: str, metric: Metric | None) -> list[Effect]:
    """Return what each variant did to a metric, by its name or what files call it."""
    names = {name, *(metric.source_names if metric else ())}
    return [effect for effect in effects_of(experiment) if effect.arm.metric in names]


def require_new(measured: Measured, known: Sequence[Measured]) -> None:
    """Raise Conflict where the same numbers of the same variant were taken over before."""
    if any(_numbers(one) == _numbers(measured) for one in known):
        raise Conflict("these numbers are recorded already; import newer results first")


def _numbers(one: Measured) -> tuple[object, ...]:
    return (
        one.test_id, one.source, one.metric, one.before, one.after, one.before_share,
        one.after_share, one.before_mean, one.after_mean,
    )  # fmt: skip


def _chosen(effects: Sequence[Effect], variant: str | None, experiment: Experiment) -> Effect:
    if not effects:
        measured = dict.fromkeys(arm.metric for arm in experiment.arms)
        raise InputError(
            f"the experiment {experiment.id} does not measure the insight's metric",
            found=", ".join(measured)[:200],
            expected="its metric, or what files call it: synth metrics set NAME --called OTHER",
        )
    names = [effect.arm.variant for effect in effects]
    if variant is None and len(effects) > 1:
        raise InputError(
            f"the experiment {experiment.id} has several variants; say which was meant",
            expected=", ".join(names)[:200],
        )
    for effect in effects:
        if variant in (None, effect.arm.variant):
            return effect
    raise InputError(
        f"the experiment {experiment.id} has no such variant",
        found=str(variant)[:80],
        expected=", ".join(names)[:200],
    )


def _require_unit(arm: Arm, unit: str) -> None:
    if arm.counted is not None and unit not in SHARE_UNITS | PERCENT_UNITS:
        raise InputError(
            "the experiment counts conversions, and the metric is no share",
            found=unit or "no unit",
            expected=", ".join(sorted(SHARE_UNITS | PERCENT_UNITS)),
        )
