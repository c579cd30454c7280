"""What an investigation asks, of whom, how, how many, and until when."""

from __future__ import annotations

from synth.core.proportions import SMALL_N, Proportion, wilson
from synth.metrics.findings import write_value
from synth.metrics.segments import describe_segment
from synth.metrics.types import Anomaly, AnomalyKind, Good, Metric

#: How the sides of an anomaly of each kind are best heard.
METHODS = {
    AnomalyKind.SHIFT: "Watch sessions from the days after the onset, then talk to people it hit",
    AnomalyKind.SEGMENT: "Talk to people of the slice, and watch sessions inside and outside it",
    AnomalyKind.TARGET: "Watch where the time or the step is lost, then talk to people it hit",
    AnomalyKind.PERSON: "Watch the people who stand out at the task, then talk to them",
}
ACCOUNT_METHOD = "Check-in call with the people of the account, with its own themes at hand"


def question_for(anomaly: Anomaly, metric: Metric) -> str:
    """Return the question an investigation begins with; a person may put it in other words."""
    name = " ".join(metric.name.replace("_", " ").split())
    where = f" among {describe_segment(anomaly.segment)}" if anomaly.segment else ""
    moved = "rise" if anomaly.direction is Good.UP else "fall"
    far = "above" if anomaly.direction is Good.UP else "below"
    before = _level(metric, anomaly.baseline, anomaly.baseline_share or anomaly.observed_share)
    after = _level(metric, anomaly.observed, anomaly.observed_share)
    start = anomaly.window.start if anomaly.window else None
    since = f" on {start.day} {start:%B %Y}" if start else ""
    asked = {
        AnomalyKind.SHIFT: f"What made {name} {moved}{where} from {before} to {after}{since}?",
        AnomalyKind.SEGMENT: f"What sets {name}{where} ({after}) apart from elsewhere ({before})?",
        AnomalyKind.TARGET: f"What keeps {name}{where} at {after}, {far} its target ({before})?",
        AnomalyKind.PERSON: f"What sets the people apart whose {name}{where} is {after}?",
    }
    return asked.get(anomaly.kind, f"What is behind {name}{where} being {after}?")


def method_for(anomaly: Anomaly) -> str:
    """Return how to hear both sides of an anomaly of this kind."""
    return METHODS.get(anomaly.kind, METHODS[AnomalyKind.SHIFT])


def account_question(account: str, before: float, after: float) -> str:
    """Return the question of a check-in with an account whose health fell."""
    return f"What changed at {account}, whose health fell from {before:.0f} to {after:.0f} of 100?"


def who_for(anomaly: Anomaly) -> str:
    """Return whom it hit, in which slice, with counts."""
    share = wilson(anomaly.affected, anomaly.measured)
    return f"{describe_segment(anomaly.segment)}: {share} people measured were hit"


def _level(metric: Metric, value: float, share: Proportion | None) -> str:
    """Return a level in few words; the counts with their interval stand in the brief."""
    if metric.unit not in ("share", "ratio", "rate"):
        return write_value(metric, value)
    if share is not None and share.n < SMALL_N:
        return f"{round(value * share.n)} of {share.n}"
    return f"{value * 100:.0f} %"
