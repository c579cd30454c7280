"""The order of the queue: what reaches most people, most surely, and cannot wait.

    score = 40 impact + 30 confidence + 10 age + 20 deadline        each term from 0 to 1

    impact      r / (r + 10); r: people the metric hit who at least speak about the theme, the lower
                end of Wilson's 95 % interval times all who were hit. Ten people count a half.
    confidence  the link's, computed by rule from its test, time order, slice and tag
    age         days waited / 14, at most 1
    deadline    0 until 7 days before it, rising to 1 on the day; overdue stays 1. Where nobody set
                one, a draft is due 14 days after it was written.

The queue is sorted by this formula in SQL (`review.repo.queue`); a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from synth.review.types import Waiting

WEIGHTS = {"impact": 40, "confidence": 30, "age": 10, "deadline": 20}
#: People whose reach counts a half.
HALF_REACH = 10.0
#: Days a draft may wait, and days before its deadline in which that begins to count.
MAY_WAIT_DAYS, NEAR_DAYS = 14.0, 7.0
MAY_WAIT = timedelta(days=MAY_WAIT_DAYS)


@dataclass(frozen=True, kw_only=True)
class Priority:
    """The terms, each from 0 to 1, and the score from 0 to 100."""

    impact: float
    confidence: float
    age: float
    deadline: float

    @property
    def score(self) -> float:
        """Return the weighted sum."""
        return sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items())

    @property
    def points(self) -> dict[str, float]:
        """Return what each term adds to the score."""
        return {name: weight * float(getattr(self, name)) for name, weight in WEIGHTS.items()}


def prioritise(waiting: Waiting) -> Priority:
    """Return the terms of a draft that waits."""
    return Priority(
        impact=waiting.reach / (waiting.reach + HALF_REACH),
        confidence=waiting.confidence,
        age=_between_0_and_1(waiting.waited_days / MAY_WAIT_DAYS),
        deadline=_between_0_and_1(1 - waiting.due_in_days / NEAR_DAYS),
    )


def _between_0_and_1(value: float) -> float:
    return min(1.0, max(0.0, value))
