"""E19: what the review says of a reviewer, counted again. Cannot see why somebody approves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.types import Score
from synth.review.measuring import Measures
from synth.review.types import Decided, Decision

NAME = "reviewer_measures"


@dataclass(frozen=True, kw_only=True)
class Recount:
    """The measures of one reviewer, counted by plain loops."""

    decided: int
    approved: int
    canaries: int
    caught: int
    longest_streak: int
    median_seconds: float | None


def recount(votes: Sequence[Decided]) -> Recount:
    """Count votes again, oldest first."""
    streak = longest = approved = canaries = caught = 0
    seconds = []
    for one in sorted(votes, key=lambda vote: vote.decided_at):
        is_yes = one.decision is Decision.APPROVE
        streak = streak + 1 if is_yes else 0
        longest = max(longest, streak)
        approved += is_yes
        canaries += one.canary is not None
        caught += one.canary is not None and not is_yes
        if one.opened_at is not None:
            seconds.append((one.decided_at - one.opened_at).total_seconds())
    seconds.sort()
    middle = len(seconds) // 2
    median = None
    if seconds:
        odd = len(seconds) % 2
        median = seconds[middle] if odd else (seconds[middle - 1] + seconds[middle]) / 2
    return Recount(
        decided=len(votes),
        approved=approved,
        canaries=canaries,
        caught=caught,
        longest_streak=longest,
        median_seconds=median,
    )


def score(item: str, measures: Measures, votes: Sequence[Decided]) -> Score:
    """Return 1 if every measure is what it is counted to be, else 0 with what differs."""
    known = recount(votes)
    found = Recount(
        decided=measures.decided,
        approved=measures.approved.k,
        canaries=measures.caught.n,
        caught=measures.caught.k,
        longest_streak=measures.longest_streak,
        median_seconds=measures.median_seconds,
    )
    wrong = [
        f"{name} {getattr(found, name)}, counted {getattr(known, name)}"
        for name in Recount.__dataclass_fields__
        if getattr(found, name) != getattr(known, name)
    ]
    return Score(name=NAME, item=item, value=float(not wrong), evidence="; ".join(wrong))
