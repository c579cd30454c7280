"""The review measures itself: how long, how often yes, what was changed, which canaries caught.

Open votes, on drafts that still wait, count as given and for their time; how they went no share
tells before the draft is decided. Only a warning looks at them too, or it would come too late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from synth.core.proportions import Proportion, wilson
from synth.review.types import Decided, Decision

#: Newest decisions a warning looks at, and fewest it needs.
WINDOW, FEWEST = 20, 10
#: Approvals of the window from which somebody counts as approving everything.
ALMOST_ALL = 0.95


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What one reviewer did; every share is of decisions, each counted once."""

    reviewer_id: str
    decided: int  #: votes, open ones too
    approved: Proportion  #: of those no longer open
    overridden: Proportion  #: drafts rejected, or edited by a person before: the machine corrected
    median_seconds: float | None  #: from first opening the revision to the decision
    timed: int  #: decisions whose opening is known
    streak: int  #: approvals in a row, up to now
    longest_streak: int
    caught: Proportion  #: canaries rejected, of those decided on
    warning: str  #: why the reviewer seems not to look; empty: no sign of it


@dataclass(frozen=True, kw_only=True)
class Whole:
    """All reviewers together."""

    decided: int
    overridden: Proportion
    caught: Proportion
    median_seconds: float | None
    timed: int


def measure_each(votes: Iterable[Decided]) -> list[Measures]:
    """Return the measures of every reviewer who decided, in order of id; votes oldest first."""
    ordered = sorted(votes, key=lambda one: (one.reviewer_id, one.decided_at))
    return [
        _measure(reviewer, list(given))
        for reviewer, given in groupby(ordered, key=lambda one: one.reviewer_id)
    ]


def measure_nothing(reviewer_id: str) -> Measures:
    """Return the measures of a reviewer who has not decided yet."""
    none = wilson(0, 0)
    return Measures(
        reviewer_id=reviewer_id,
        decided=0,
        approved=none,
        overridden=none,
        median_seconds=None,
        timed=0,
        streak=0,
        longest_streak=0,
        caught=none,
        warning="",
    )


def measure_whole(votes: Sequence[Decided]) -> Whole:
    """Return the measures of all votes."""
    return Whole(
        decided=len(votes),
        overridden=_overridden(_settled(votes)),
        caught=_caught(_settled(votes)),
        median_seconds=_median_seconds(votes),
        timed=sum(one.opened_at is not None for one in votes),
    )


def find_warning(votes: Sequence[Decided]) -> str:
    """Return why a reviewer seems to approve without looking; votes oldest first.

    Either of two, within the newest 20: every canary missed while almost all of at least 10 drafts
    were approved, or two canaries missed and at most as many caught.
    """
    recent = votes[-WINDOW:]
    seeded = [one for one in recent if one.canary is not None]
    missed = sum(one.decision is Decision.APPROVE for one in seeded)
    caught = len(seeded) - missed
    yes = sum(one.decision is Decision.APPROVE for one in recent)
    if missed and not caught and len(recent) >= FEWEST and yes >= ALMOST_ALL * len(recent):
        return (
            f"approved {yes} of the newest {len(recent)} drafts, and {missed} of {len(seeded)} "
            "that were wrong on purpose"
        )
    if missed >= 2 and missed >= caught:
        return (
            f"approved {missed} of {len(seeded)} drafts that were wrong on purpose, of the newest "
            f"{len(recent)} decided"
        )
    return ""


def _measure(reviewer_id: str, votes: Sequence[Decided]) -> Measures:
    settled = _settled(votes)
    yes = [one.decision is Decision.APPROVE for one in settled]
    runs = [len(list(run)) if is_yes else 0 for is_yes, run in groupby(yes)]
    return Measures(
        reviewer_id=reviewer_id,
        decided=len(votes),
        approved=wilson(sum(yes), len(yes)),
        overridden=_overridden(settled),
        median_seconds=_median_seconds(votes),
        timed=sum(one.opened_at is not None for one in votes),
        streak=runs[-1] if runs else 0,
        longest_streak=max(runs, default=0),
        caught=_caught(settled),
        warning=find_warning(votes),
    )


def _settled(votes: Sequence[Decided]) -> list[Decided]:
    return [one for one in votes if not one.is_open]


def _overridden(votes: Sequence[Decided]) -> Proportion:
    """Return the real drafts that a person corrected, each once."""
    real: dict[str, bool] = {}
    for one in votes:
        if one.canary is None:
            corrected = one.was_edited or one.decision is Decision.REJECT
            real[one.hypothesis_id] = real.get(one.hypothesis_id, False) or corrected
    return wilson(sum(real.values()), len(real))


def _caught(votes: Sequence[Decided]) -> Proportion:
    seeded = [one.decision is Decision.REJECT for one in votes if one.canary is not None]
    return wilson(sum(seeded), len(seeded))


def _median_seconds(votes: Sequence[Decided]) -> float | None:
    seconds = [
        max(0.0, (one.decided_at - one.opened_at).total_seconds())
        for one in votes
        if one.opened_at is not None
    ]
    return median(seconds) if seconds else None
