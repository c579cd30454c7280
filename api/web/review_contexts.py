"""What the templates of the review are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import (
    Change,
    ClaimRow,
    Count,
    DecisionBar,
    DraftCard,
    LinkCard,
    Option,
    QuoteCard,
    StateTag,
)


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A draft of the queue, why it stands there, and who is at it."""

    card: DraftCard
    points: str  #: "55 points"
    terms: Sequence[tuple[str, str]]  #: (term, "24 of 40")
    due: str
    is_late: bool
    taken: str  #: "Ben works on it until 09:31 UTC"; empty: nobody
    standing: str  #: how far several reviewers are
    pick: str  #: what a tick sends: id and revision; empty: no box


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """queue.html."""

    rows: Sequence[QueueRow]
    total: int
    held: int
    minutes: int
    start: str  #: address of the first draft this person may decide on; empty: none
    may_review: bool
    reasons: Sequence[Option]
    decided: Sequence[tuple[str, str, StateTag]]
    older: str  #: address of the next page; empty: none
    errors: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """A held draft and why."""

    card: DraftCard
    reasons: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class HeldPage:
    """held.html."""

    rows: Sequence[HeldRow]
    total: int
    query: str
    kinds: Sequence[tuple[str, str, bool]]  #: (words, address, whether it is open)
    older: str


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """By when a draft must be decided."""

    words: str
    is_late: bool
    value: str  #: for the field
    may_set: bool


@dataclass(frozen=True, kw_only=True)
class MergedPart:
    """A draft that was merged into the one shown."""

    title: str
    href: str
    anomaly: tuple[str, str] | None  #: (headline, address), where it is another one
    scale: Count
    quotes: Sequence[QuoteCard]  #: what it cites beside what is cited anyway


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands beside the decision: place, claim, votes, duplicates, what was rejected."""

    points: str
    terms: Sequence[tuple[str, str]]
    deadline: Deadline | None  #: None: it does not wait
    taken: str  #: who else works on it, until when
    is_mine: bool  #: this person holds it
    may_claim: bool
    standing: str
    votes: Sequence[tuple[str, StateTag]]  #: (reviewer, decision), once it may be told
    twins: Sequence[tuple[str, str]]  #: (title, id) of drafts it can be merged into
    merged: Sequence[MergedPart]
    survivor: tuple[str, str] | None  #: (title, address) of what it was merged into
    verdicts: Sequence[str]  #: who decided, when and why, once it is decided
    again: tuple[str, str] | None  #: (title, address) as what it waits, its rejection taken back
    rejected: Sequence[str]  #: why drafts of the same pair were rejected before
    wrong: str  #: what was wrong on purpose, once it is decided


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """draft.html."""

    id: str
    title: str
    statement: str
    label: str
    state: StateTag
    is_approved: bool
    is_held: bool
    is_untested: bool  #: made of a pair with too few people to test
    fields: Sequence[tuple[str, str]]
    if_then: str
    behind: Sequence[tuple[str, str]]  #: symptom, cause, first guess, next step
    change: Change
    claims: Sequence[ClaimRow]
    evidence: Sequence[QuoteCard]
    against: Sequence[QuoteCard]
    counter_note: str
    scale: Count
    link: LinkCard | None
    anomaly: tuple[str, str]  #: (headline, address)
    theme: tuple[str, str]
    held_reasons: Sequence[str]
    nudges: Sequence[str]
    bar: DecisionBar
    around: Around
    errors: Sequence[tuple[str, str]]  #: (message, anchor)
    form: Sequence[tuple[str, str, str]]  #: (field, label, value) that can be edited
    history: Sequence[tuple[str, str]]  #: (revision, author)


@dataclass(frozen=True, kw_only=True)
class ReviewerRow:
    """One reviewer's numbers, ready to print."""

    name: str
    decided: int
    left: int
    approved: Count
    overridden: Count
    caught: Count
    time: str
    streak: str
    warning: str


@dataclass(frozen=True, kw_only=True)
class MeasuresPage:
    """measures.html."""

    rows: Sequence[ReviewerRow]
    overridden: Count
    caught: Count
    time: str
    agreement: Sequence[tuple[str, str]]
    reviewers_needed: int
    canary_percent: str
    rules: str
    may_set: bool
    errors: Sequence[tuple[str, str]] = ()
