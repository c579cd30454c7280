"""Who approved it and what came of it, in words: by how much, how sure, what was predicted."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

from synth.core.proportions import SMALL_N
from synth.hypotheses.phrasing import plain_number, slice_words, value_words
from synth.insights.outcomes import Verdict, compute_effect
from synth.insights.readable import day, metric_words
from synth.insights.types import FromExperiment, Insight, Measured
from synth.investigations.impact import Impact, Step, TermKind

VERDICTS = {
    Verdict.REACHED: "reached what was predicted",
    Verdict.IMPROVED: "better, yet short of what was predicted",
    Verdict.FLAT: "no change that can be told from chance",
    Verdict.WORSE: "worse than before",
}


def subject_words(measured: Measured) -> str:
    """Return for example "day3 abandonment for plan enterprise"; all are "for everybody"."""
    if measured.source:
        return f"{metric_words(measured.metric)} in {source_words(measured.source)}"
    return metric_words(measured.metric) + (slice_words(measured.segment) or " for everybody")


def approval_words(insight: Insight, names: Mapping[str, str]) -> str:
    """Return who approved it, for example "by Anna on 11 Mar 2026, 09:00 UTC, and by Ben ..."."""
    return ", and ".join(
        f"by {names.get(one.by, 'somebody')} on {day(one.at, year=True)}, {one.at:%H:%M} UTC"
        for one in insight.approvals
    )


def source_words(source: FromExperiment) -> str:
    """Return for example "experiment x1, new against old"."""
    return f"experiment {source.experiment_id}, {source.variant} against {source.control}"


def values_words(measured: Measured) -> tuple[str, str]:
    """Return the values before and after; a share of few people as counts with its interval."""
    before = value_words(measured.before, measured.unit, measured.before_share)
    after = value_words(measured.after, measured.unit, measured.after_share)
    if measured.before_mean and measured.after_mean:
        before += f" (n = {measured.before_mean.n:,})"
        after += f" (n = {measured.after_mean.n:,})"
    return before, after


def relative_words(measured: Measured) -> str:
    """Return for example "−65 %" or "+117 % (+35 to +248)"; of few people, nothing."""
    effect = compute_effect(measured)
    known = (
        measured.before_share, measured.after_share, measured.before_mean, measured.after_mean
    )  # fmt: skip
    counted = [one.n for one in known if one]
    if effect.relative is None or min(counted, default=SMALL_N) < SMALL_N:
        return ""
    text = f"{_signed(100 * effect.relative)} %"
    spread = effect.relative_range
    if spread is None:
        return text
    return f"{text} ({_signed(100 * spread.low)} to {_signed(100 * spread.high)})"


def verdict_words(measured: Measured) -> str:
    """Return what the numbers say, with what was predicted and how sure it is."""
    effect = compute_effect(measured)
    text = VERDICTS[effect.verdict]
    if measured.source:
        text = text.replace("worse than before", "worse than the control")
    if measured.predicted is None:
        text = text.replace("reached what was predicted", "better").replace(
            ", yet short of what was predicted", ""
        )
    else:
        text += f" ({value_words(measured.predicted, measured.unit)} predicted)"
    return text if effect.is_tested else f"{text}; counts not given, chance is not ruled out"


def outcome_words(measured: Measured) -> str:
    """Return one outcome as a sentence without its end mark."""
    before, after = values_words(measured)
    relative = relative_words(measured)
    change = f"{before} → {after}" + (f", {relative}" if relative else "")
    return f"{subject_words(measured)}: {change}; {verdict_words(measured)}"


def impact_lines(impact: Impact) -> list[str]:
    """Return the arithmetic step by step, with the interval of what was counted."""
    lines = []
    for place, step in enumerate(impact.steps):
        factor = plain_number(step.term.value)
        if step.term.kind is TermKind.SHARE:
            factor = f"{plain_number(100 * step.term.value)} %"
        result, name = _result(step), step.term.name
        head = f"× {factor} {name} = {result}" if place else f"{name}: {result}"
        lines.append(f"{head} ({step.term.origin}: {step.term.source})")
    return lines


def impact_words(impact: Impact) -> str:
    """Return what the arithmetic ends with, and of which factors, in one line."""
    factors = " × ".join(step.term.name for step in impact.steps)
    return f"{_result(impact.steps[-1])}: {factors}"


def _result(step: Step) -> str:
    """Return the result of a step; of whole things, the ends of its interval are whole too."""
    ends = (step.low, step.high)
    if isclose(step.result, round(step.result)):
        ends = (round(step.low), round(step.high))
    text = f"{plain_number(step.result)} {step.term.unit}".rstrip()
    low, high = map(plain_number, ends)
    return f"{text} ({low} to {high})" if step.high > step.low else text


def _signed(percent: float) -> str:
    rounded = round(percent)
    return f"+{rounded}" if rounded > 0 else f"−{abs(rounded)}" if rounded else "±0"
