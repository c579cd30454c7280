"""Decisions of people, and what the queue knows about the drafts in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from synth.hypotheses.types import Content

#: Most reviewers a workspace can ask for, and most canaries per real draft.
MOST_REVIEWERS, HIGHEST_RATE = 5, 0.5
#: Fewest canaries per real draft, if any: below it, twenty drafts could pass without one.
LOWEST_RATE = 0.06


class Decision(StrEnum):
    """What a reviewer can decide."""

    APPROVE = "approve"
    REJECT = "reject"


class ReasonCode(StrEnum):
    """Why a draft is rejected; works without a note."""

    WRONG_CAUSE = "wrong_cause"
    WEAK_EVIDENCE = "weak_evidence"
    MISREAD_QUOTE = "misread_quote"
    TOO_FEW_PEOPLE = "too_few_people"
    NOT_ACTIONABLE = "not_actionable"
    ALREADY_KNOWN = "already_known"
    WRONG_METRIC = "wrong_metric"
    OTHER = "other"


class CanaryKind(StrEnum):
    """What is wrong with a draft that was seeded to see whether reviewers look."""

    WRONG_QUOTE = "wrong_quote"  #: true words of people who speak about something else
    SWAPPED_BASELINE = "swapped_baseline"  #: from and to exchanged
    CAUSAL_OVERREACH = "causal_overreach"  #: a cause is claimed that nothing shows


@dataclass(frozen=True, kw_only=True)
class Review:
    """A person's decision on exactly one revision."""

    id: str
    hypothesis_id: str
    revision: int
    revision_sha256: str
    decision: Decision
    reason_codes: tuple[ReasonCode, ...]
    note: str
    reviewer_id: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a workspace reviews."""

    reviewers_needed: int = 1  #: different people who must say the same of a revision
    canary_rate: float = 0.0  #: canaries per real draft; 0: none


@dataclass(frozen=True, kw_only=True)
class Votes:
    """What reviewers said of one revision so far, each once."""

    approvals: tuple[str, ...]  #: members
    rejections: tuple[str, ...]

    @property
    def is_split(self) -> bool:
        """Return whether reviewers disagree."""
        return bool(self.approvals and self.rejections)

    @property
    def members(self) -> tuple[str, ...]:
        """Return everybody who decided."""
        return (*self.approvals, *self.rejections)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who works on a draft; until `expires_at` nobody else decides on it."""

    hypothesis_id: str
    member_id: str
    claimed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A seeded draft."""

    hypothesis_id: str
    kind: CanaryKind
    made_from: str  #: the draft it was made from
    planted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the place of a draft in the queue is computed from."""

    hypothesis_id: str
    reach: float  #: people the metric hit who at least speak about it: Wilson's lower end
    confidence: float  #: of the link, by rule, 0 to 1
    waited_days: float
    due_at: datetime
    due_in_days: float  #: negative: overdue
    is_due_set: bool  #: by a person, not by how long a draft may wait


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the review knows about one draft, read at once for one person."""

    waiting: Waiting | None  #: None: it does not wait
    claim: Claim | None
    rules: Rules
    is_opened: bool  #: this person had the revision before them
    queue: int  #: drafts that wait in the workspace
    reviews: int  #: decisions on drafts of the same anomaly and theme, itself included
    kin: int  #: other drafts of the same anomaly or theme that wait or are merged


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One vote with what is known about how it came about."""

    hypothesis_id: str
    revision: int
    reviewer_id: str
    decision: Decision
    decided_at: datetime
    opened_at: datetime | None  #: when the reviewer first had this revision before them
    canary: CanaryKind | None
    was_edited: bool  #: a person had changed the draft before
    is_open: bool = False  #: its draft still waits: how somebody voted is not told yet


@dataclass(frozen=True, kw_only=True)
class DecidedDraft:
    """A real draft that was approved or rejected, with what it said at first."""

    hypothesis_id: str
    revision: int
    drafter: str
    first: Content
    content: Content  #: of the revision decided on
    reviews: tuple[Review, ...]  #: those that say what was decided, oldest first; at least one
