"""Drafts of the queue to the contexts of its pages: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.web.draft_parts import draft_card, draft_label
from api.web.format import counted, day, metric_title, moment, readable, sentence, words
from api.web.part_contexts import DecisionBar, Option, StateTag
from api.web.review_contexts import QueueRow
from synth.access.policy import POLICY, Action
from synth.access.types import Member
from synth.errors import SynthError
from synth.hypotheses.rejections import code_words
from synth.hypotheses.types import Content, Hypothesis, Rejected, State
from synth.metrics.types import Anomaly
from synth.review.priority import WEIGHTS, prioritise
from synth.review.types import (
    CanaryKind,
    Claim,
    Decision,
    ReasonCode,
    Review,
    Rules,
    Votes,
    Waiting,
)
from synth.review.voting import standing

#: Minutes that a draft takes to read and decide on, for what lies ahead.
MINUTES_PER_DRAFT = 3
STATES = {
    State.HELD: StateTag(word="held by a check", tone="held", icon="!"),
    State.IN_REVIEW: StateTag(word="waits for review", tone="draft", icon="✎"),
    State.APPROVED: StateTag(word="approved", tone="approved", icon="✓"),
    State.REJECTED: StateTag(word="rejected", tone="held", icon="×"),
    State.MERGED: StateTag(word="merged into another", icon="⇒"),
    State.CANARY: StateTag(word="was wrong on purpose", tone="against", icon="◎"),
}
REASONS = [Option(value=code.value, label=words(code.value)) for code in ReasonCode]
WRONG = {
    CanaryKind.WRONG_QUOTE: "its quotes are true, and of people who speak about something else",
    CanaryKind.SWAPPED_BASELINE: "where the metric is and where it should go were exchanged",
    CanaryKind.CAUSAL_OVERREACH: "it claims a cause that no quote and no count shows",
}


def queue_row(
    item: Hypothesis,
    waiting: Waiting,
    *,
    now: datetime,
    anomaly: Anomaly | None,
    claim: Claim | None,
    votes: Votes,
    rules: Rules,
    names: Mapping[str, str],
    may_pick: bool,
) -> QueueRow:
    """Return a draft of the queue as a row."""
    return QueueRow(
        card=draft_card(item, now=now, anomaly=anomaly),
        points=points(waiting),
        terms=terms(waiting),
        due=due_words(waiting),
        is_late=waiting.due_in_days < 0,
        taken=taken_words(claim, names),
        standing=sentence(standing(votes, rules)),
        pick=f"{item.id} {item.etag}" if may_pick else "",
    )


def points(waiting: Waiting) -> str:
    """Return the score in words."""
    return counted(round(prioritise(waiting).score), "point")


def terms(waiting: Waiting) -> list[tuple[str, str]]:
    """Return what each term adds, of what it can add most."""
    return [
        (name, f"{value:.0f} of {WEIGHTS[name]}")
        for name, value in prioritise(waiting).points.items()
    ]


def due_words(waiting: Waiting) -> str:
    """Return when a draft is due, overdue first."""
    if waiting.due_in_days < 0:
        return f"overdue since {day(waiting.due_at)}"
    return f"due {day(waiting.due_at)}"


def taken_words(claim: Claim | None, names: Mapping[str, str]) -> str:
    """Return who works on a draft and until when, or ""."""
    if claim is None:
        return ""
    who = names.get(claim.member_id, "Somebody")
    return f"{who} works on it until {claim.expires_at:%H:%M} UTC"


def verdict_words(review: Review, names: Mapping[str, str]) -> str:
    """Return who decided, when and why: "Rejected by Ben on 3 Mar 2026: weak evidence. “…”"."""
    said = "approved" if review.decision is Decision.APPROVE else "rejected"
    who = names.get(review.reviewer_id, "a reviewer")
    why = f": {code_words(review.reason_codes)}" if review.reason_codes else ""
    note = f" “{review.note}”" if review.note else ""
    return sentence(f"{said} by {who} on {moment(review.decided_at)}{why}") + note


def rejected_words(rejected: Sequence[Rejected]) -> list[str]:
    """Return why drafts of a pair were rejected before, one line each."""
    return [sentence(f"rejected before because {code_words(one.codes)}") for one in rejected]


def fields(content: Content) -> list[tuple[str, str]]:
    """Return the hypothesis canvas as fields."""
    return [
        ("We believe", sentence(readable(content.solution, content.metric))),
        ("will improve", metric_title(content.metric)),
        ("because", sentence(readable(content.because, content.metric))),
    ]


def behind(content: Content) -> list[tuple[str, str]]:
    """Return the symptom apart from what stands behind it; what is not known is left out."""
    named = "Cause" if content.cause_kind.is_cause else "No cause named"
    rows = [
        ("Symptom", content.symptom),
        (f"{named}: {words(content.cause_kind)}", content.cause),
        ("First guess", content.first_guess),
        ("Why it failed", content.why_not),
        ("How rare", content.edge_case),
        ("Next", content.next_step),
    ]
    return [(name, sentence(readable(text, content.metric))) for name, text in rows if text]


def refusals(error: SynthError) -> list[tuple[str, str]]:
    """Return what is missing, each with the place on the page where it can be given."""
    missing = error.data.get("missing")
    if not isinstance(missing, list):
        return [(sentence(error.message), "")]
    return [
        (f"Tick “I read the evidence” of claim {place + 1}.", f"#claim-{place}")
        for place in missing
    ]


def decision_bar(
    item: Hypothesis,
    authors: set[str],
    *,
    me: str,
    may_review: bool,
    may_edit: bool,
    members: Mapping[str, Member],
    votes: Votes,
    claim: Claim | None,
    is_again: bool = False,
) -> DecisionBar:
    """Return the buttons this person has, or why there are none and who has them."""
    waits = item.state is State.IN_REVIEW
    held = item.state is State.HELD
    taken = claim is not None and claim.member_id != me
    why_not = ""
    if not waits and not held:
        why_not = f"This draft is {STATES[item.state].word}; there is nothing to decide."
    elif not may_review:
        why_not = "Deciding needs the role reviewer."
    elif me in authors:
        why_not = "You started or edited this draft, so somebody else decides."
    elif me in votes.members:
        why_not = "You decided on this revision already; other reviewers have to as well."
    elif taken and claim is not None:
        names = {key: member.name for key, member in members.items()}
        why_not = f"{taken_words(claim, names)}. Take another draft, or come back after that."
    return DecisionBar(
        hypothesis_id=item.id,
        seen=item.etag,
        may_decide=waits and not why_not,
        may_edit=(waits or held) and may_edit and not taken,
        may_reject=not why_not,
        may_release=held and may_edit,
        why_not=why_not,
        deciders=_reviewers(members, authors) if waits and why_not and not taken else (),
        reasons=REASONS,
        total=len(item.content.claims),
        take_back="" if is_again or not may_review else _take_back(item.state, votes, me),
    )


def _take_back(state: State, votes: Votes, me: str) -> str:
    """Return what follows if `me` takes their decision back; "": there is none to take back."""
    if state is State.REJECTED and me in votes.rejections:
        return "It waits for review again, as a draft of its own. This rejection stays readable."
    if state is not State.IN_REVIEW or me not in votes.members:
        return ""
    if len(votes.members) == 1:
        return "It waits again as if you had not decided. The audit trail keeps what you decided."
    return (
        "Others decided on it too, and will have to decide again; so that nobody voids what others "
        "said for free, you then no longer decide on this draft."
    )


def revision_rows(
    history: Sequence[Hypothesis], members: Mapping[str, Member]
) -> list[tuple[str, str]]:
    """Return every revision with whose it is, oldest first; a repeated text says so."""
    rows, before = [], None
    for one in history:
        same = " · the same text, to be decided anew" if one.content == before else ""
        rows.append((f"{draft_label(one)}{same}", members[one.author_id].name))
        before = one.content
    return rows


def _reviewers(members: Mapping[str, Member], authors: set[str]) -> list[str]:
    return sorted(
        member.name
        for key, member in members.items()
        if member.roles & POLICY[Action.REVIEW] and key not in authors
    )
