"""The review: the queue and its order, claims, votes, duplicates, rules, and how well it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field

from api.schemas.base import Given, Share, Shown
from api.schemas.hypotheses import HypothesisShown
from synth.review.agreement import Agreement
from synth.review.measuring import Measures, Whole
from synth.review.priority import prioritise
from synth.review.types import MOST_REVIEWERS, Claim, ReasonCode, Rules, Votes, Waiting
from synth.review.voting import standing

Id = Annotated[str, Field(min_length=1, max_length=64)]


class PriorityShown(Shown):
    """Why a draft stands where it stands: the terms from 0 to 1, the score from 0 to 100."""

    score: float
    impact: float
    confidence: float
    age: float
    deadline: float
    reach: float  #: people hit who at least speak about it
    waited_days: float
    due_at: datetime
    is_due_set: bool  #: by a person; else 14 days after it was written

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        """Return the terms, rounded."""
        terms = prioritise(waiting)
        rounded = {name: round(value, 3) for name, value in vars(terms).items()}
        return cls(
            score=round(terms.score, 1),
            **rounded,
            reach=round(waiting.reach, 1),
            waited_days=round(waiting.waited_days, 2),
            due_at=waiting.due_at,
            is_due_set=waiting.is_due_set,
        )


class ClaimHeld(Shown):
    """Who works on a draft; nobody else decides on it until then."""

    member_id: str
    claimed_at: datetime
    expires_at: datetime


class VotesShown(Shown):
    """How far reviewers are; how each decided is not told before they differ."""

    decided: int
    needed: int
    is_split: bool
    standing: str
    is_mine: bool  #: the caller decided on this revision already

    @classmethod
    def of(cls, votes: Votes, rules: Rules, member_id: str) -> Self:
        """Return the votes as they may be told."""
        return cls(
            decided=len(votes.members),
            needed=rules.reviewers_needed,
            is_split=votes.is_split,
            standing=standing(votes, rules),
            is_mine=member_id in votes.members,
        )


class QueuedShown(HypothesisShown):
    """A draft that waits, with its place and who is at it."""

    priority: PriorityShown
    claim: ClaimHeld | None
    votes: VotesShown

    @classmethod
    def placed(
        cls, shown: HypothesisShown, waiting: Waiting, claim: Claim | None, votes: VotesShown
    ) -> Self:
        """Return a draft with its place in the queue."""
        return cls(
            **{name: getattr(shown, name) for name in HypothesisShown.model_fields},
            priority=PriorityShown.of(waiting),
            claim=None if claim is None else ClaimHeld.model_validate(claim),
            votes=votes,
        )


class Seen(Given):
    """A draft and the revision of it that was seen."""

    id: Id
    seen: Annotated[str, Field(min_length=1, max_length=200)]


class ManyRejected(Given):
    """Drafts to reject for the same reasons. There is no such thing for approving."""

    drafts: Annotated[list[Seen], Field(min_length=1, max_length=100)]
    reason_codes: Annotated[list[ReasonCode], Field(min_length=1, max_length=8)]
    note: Annotated[str, Field(max_length=2000)] = ""


class RejectionEnds(Shown):
    """What became of each."""

    rejected: list[str]
    refused: dict[str, str]  #: id -> why


class MergeOrder(Given):
    """The draft that goes on."""

    into: Id


class Deadline(Given):
    """By when a draft must be decided."""

    due_at: AwareDatetime


class RulesGiven(Given):
    """How the workspace reviews."""

    reviewers_needed: Annotated[int, Field(ge=1, le=MOST_REVIEWERS)]
    canary_rate: Annotated[float, Field(ge=0, le=0.5)]


class RulesShown(Shown):
    """How the workspace reviews."""

    reviewers_needed: int
    canary_rate: float


class ReviewerShown(Shown):
    """One reviewer; `warning` says why they seem to approve without looking."""

    reviewer_id: str
    name: str
    decided: int
    left: int  #: drafts that wait and that they may decide on
    approved: Share
    overridden: Share
    median_seconds: float | None
    timed: int
    streak: int
    longest_streak: int
    canaries_caught: Share
    warning: str

    @classmethod
    def of(cls, one: Measures, name: str, left: int) -> Self:
        """Return the measures of a reviewer by name."""
        return cls(
            **{field: getattr(one, field) for field in SAME},
            name=name,
            left=left,
            approved=Share.model_validate(one.approved),
            overridden=Share.model_validate(one.overridden),
            canaries_caught=Share.model_validate(one.caught),
        )


#: Fields of a reviewer that are shown as they are.
SAME = (
    "reviewer_id", "decided", "median_seconds", "timed", "streak", "longest_streak", "warning",
)  # fmt: skip


class AgreementShown(Shown):
    """A coefficient with its 95 % bootstrap interval; null where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    units: int


class ReviewMeasures(Shown):
    """How well the review works."""

    decided: int
    overridden: Share
    canaries_caught: Share
    median_seconds: float | None
    timed: int
    reviewers: Sequence[ReviewerShown]
    agreement: Mapping[str, AgreementShown]  #: krippendorff, fleiss; "cohen A / B" per pair

    @classmethod
    def of(
        cls,
        whole: Whole,
        reviewers: Sequence[ReviewerShown],
        agreement: Mapping[str, Agreement],
    ) -> Self:
        """Return the whole."""
        return cls(
            decided=whole.decided,
            overridden=Share.model_validate(whole.overridden),
            canaries_caught=Share.model_validate(whole.caught),
            median_seconds=whole.median_seconds,
            timed=whole.timed,
            reviewers=reviewers,
            agreement={name: AgreementShown.model_validate(one) for name, one in agreement.items()},
        )
