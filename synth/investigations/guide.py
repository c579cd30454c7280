"""The interview guide of one slice: the goal before, the expectation at, the constraint behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from synth.investigations.questions import MOMENT, is_fine
from synth.metrics.segments import describe_segment
from synth.metrics.types import Anomaly, AnomalyKind, Metric

OPENING = (
    "Say what is recorded and what it is for, that they can stop at any time, "
    "and that you did not build it."
)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer of the guide with its questions, in the order to ask them."""

    name: str
    purpose: str
    questions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What to say first, and three layers of questions; every question passes the lint."""

    opening: str
    layers: tuple[Layer, ...]


def guide_for(anomaly: Anomaly, metric: Metric) -> Guide:
    """Return the guide for the people an anomaly hit, in its slice and about its metric."""
    came = f"came to “{_spelt(metric.exposure_event or metric.name)}”"
    aim = f"“{_spelt(metric.outcome_event)}”" if metric.outcome_event else ""
    onset = anomaly.window.start if anomaly.window and _has_onset(anomaly) else None
    return Guide(
        opening=OPENING,
        layers=(_before(came), _at(aim, metric, onset), _behind(anomaly.segment)),
    )


def guide_for_account() -> Guide:
    """Return the guide of a check-in with an account whose health fell."""
    return Guide(
        opening=OPENING,
        layers=(
            Layer(
                name="Before the moment: the goal",
                purpose="What they work towards, whether or not with us.",
                questions=(
                    "What were you trying to get done in the last four weeks?",
                    "Walk me through the last time you worked on it with us.",
                ),
            ),
            _at("", None, None),
            _behind({}),
        ),
    )


def _has_onset(anomaly: Anomaly) -> bool:
    return anomaly.kind is AnomalyKind.SHIFT


def _before(came: str) -> Layer:
    return Layer(
        name="Before the moment: the goal",
        purpose="What they wanted to get done, in their own words.",
        questions=(
            _fine(
                f"Walk me through the last time you {came}: what were you trying to get done?",
                "Walk me through the last time you did this: what were you trying to get done?",
            ),
            MOMENT,
            "Who was waiting for the result that day?",
        ),
    )


def _at(aim: str, metric: Metric | None, onset: datetime | None) -> Layer:
    questions = ["What did you expect to see at that point?", "What happened on the screen then?"]
    if aim:
        wanted = f"What came between you and {aim} that day?"
        questions.append(_fine(wanted, "What came between you and the end of it that day?"))
    if onset is not None:
        day = f"{onset.day} {onset:%B}"
        questions.append(f"What is different now from the times before {day}?")
    if metric is not None and metric.unit in ("minutes", "seconds", "hours", "ms"):
        questions.append("Where did the time go: which part took longest?")
    return Layer(
        name="At the moment: the expectation",
        purpose="What they expected to happen next, and what happened.",
        questions=tuple(questions),
    )


def _behind(segment: Mapping[str, str]) -> Layer:
    plain = "How does this usually go in a team like yours?"
    own = f"How does this usually go in a team like yours ({describe_segment(segment)})?"
    return Layer(
        name="Behind the moment: the constraint",
        purpose="The right, rule, wait or person that stood in the way.",
        questions=(
            "What did you need from somebody else before you could go on?",
            "What did you do when you could not go on?",
            "Tell me about the rules at your company that play into this.",
            _fine(own, plain) if segment else plain,
        ),
    )


def _fine(question: str, otherwise: str) -> str:
    """Return a question made with a customer's own names, unless they make it a bad one."""
    return question if len(question) <= 300 and is_fine([question]) else otherwise


def _spelt(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())
