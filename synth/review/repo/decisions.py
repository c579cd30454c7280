"""SQL of decisions, and of the insights approvals become."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select

from synth.core.ids import derive_id
from synth.hypotheses.rejections import rejected_as
from synth.hypotheses.repo import states_of
from synth.hypotheses.storing import read_content
from synth.hypotheses.types import Content, Hypothesis, Rejected, State
from synth.review.types import (
    CanaryKind,
    Decided,
    DecidedDraft,
    Decision,
    ReasonCode,
    Review,
    Votes,
)
from synth.store.tables.hypotheses import hypotheses, hypothesis_revisions
from synth.store.tables.insights import insights
from synth.store.tables.review import canaries, review_openings, reviews
from synth.store.unit_of_work import UnitOfWork

#: The drafter of a revision that somebody edited.
PERSON = "person"
#: What the state of a decided draft says.
DECISIONS = {State.APPROVED: Decision.APPROVE, State.REJECTED: Decision.REJECT}


def add_review(uow: UnitOfWork, review: Review) -> None:
    """Add a decision; the database refuses authors, other roles and stale revisions."""
    row = {name: getattr(review, name) for name in Review.__dataclass_fields__}
    uow.insert(reviews, [{**row, "reason_codes": [str(code) for code in review.reason_codes]}])


def list_reviews(uow: UnitOfWork, hypothesis_id: str | None = None) -> list[Review]:
    """Return decisions, oldest first: of one hypothesis, or all."""
    statement = (
        select(reviews)
        .where(reviews.c.workspace_id == uow.workspace_id)
        .order_by(reviews.c.decided_at, reviews.c.id)
    )
    if hypothesis_id is not None:
        statement = statement.where(reviews.c.hypothesis_id == hypothesis_id)
    return [_review(row) for row in uow.rows(statement)]


def add_insight(uow: UnitOfWork, review: Review, title: str) -> str:
    """Add the insight an approval makes; return its id."""
    insight_id = derive_id("insight", uow.workspace_id, review.hypothesis_id, review.revision)
    row = {
        "id": insight_id,
        "hypothesis_id": review.hypothesis_id,
        "revision": review.revision,
        "review_id": review.id,
        "title": title,
        "created_at": review.decided_at,
    }
    uow.insert(insights, [row])
    return insight_id


def again_id(uow: UnitOfWork, hypothesis_id: str) -> str:
    """Return the id under which a rejected draft waits again, once its rejection is taken back."""
    return derive_id("again", uow.workspace_id, hypothesis_id)


def taken_back(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """Return those of these rejected drafts that wait again, with what each waits as."""
    again = {again_id(uow, name): name for name in ids}
    return {again[found]: found for found in states_of(uow, list(again))}


def votes(uow: UnitOfWork, hypothesis_id: str, revision: int) -> Votes:
    """Return what reviewers said of a revision so far."""
    return _votes(one for one in list_reviews(uow, hypothesis_id) if one.revision == revision)


def votes_of(uow: UnitOfWork, found: Iterable[Hypothesis]) -> dict[str, Votes]:
    """Return what reviewers said so far of the current revision of each, by id."""
    revisions = {one.id: one.revision for one in found}
    statement = select(reviews).where(
        reviews.c.workspace_id == uow.workspace_id, reviews.c.hypothesis_id.in_(revisions)
    )
    by_id: dict[str, list[Review]] = {name: [] for name in revisions}
    for review in map(_review, uow.rows(statement.order_by(reviews.c.decided_at))):
        if review.revision == revisions[review.hypothesis_id]:
            by_id[review.hypothesis_id].append(review)
    return {name: _votes(given) for name, given in by_id.items()}


def barred_from(uow: UnitOfWork, ids: Collection[str]) -> dict[str, set[str]]:
    """Return who started or wrote each of these, and so may not decide on it."""
    statement = (
        select(hypotheses.c.id, hypotheses.c.started_by, hypothesis_revisions.c.author_id)
        .join(
            hypothesis_revisions,
            (hypothesis_revisions.c.workspace_id == hypotheses.c.workspace_id)
            & (hypothesis_revisions.c.hypothesis_id == hypotheses.c.id),
        )
        .where(hypotheses.c.workspace_id == uow.workspace_id, hypotheses.c.id.in_(ids))
    )
    found: dict[str, set[str]] = {name: set() for name in ids}
    for row in uow.rows(statement):
        found[row["id"]] |= {row["started_by"], row["author_id"]}
    return found


def decided(uow: UnitOfWork) -> list[Decided]:
    """Return every vote, oldest first, with when it was opened and what it was about."""
    edited = select(hypothesis_revisions.c.hypothesis_id).where(
        hypothesis_revisions.c.workspace_id == reviews.c.workspace_id,
        hypothesis_revisions.c.hypothesis_id == reviews.c.hypothesis_id,
        hypothesis_revisions.c.provenance["drafter"].as_string() == PERSON,
    )
    statement = (
        select(
            reviews,
            review_openings.c.opened_at,
            canaries.c.kind,
            edited.exists().label("new"),
            hypotheses.c.state,
        )
        .join(
            hypotheses,
            (hypotheses.c.workspace_id == reviews.c.workspace_id)
            & (hypotheses.c.id == reviews.c.hypothesis_id),
        )
        .outerjoin(
            review_openings,
            (review_openings.c.workspace_id == reviews.c.workspace_id)
            & (review_openings.c.hypothesis_id == reviews.c.hypothesis_id)
            & (review_openings.c.revision == reviews.c.revision)
            & (review_openings.c.member_id == reviews.c.reviewer_id),
        )
        .outerjoin(
            canaries,
            (canaries.c.workspace_id == reviews.c.workspace_id)
            & (canaries.c.hypothesis_id == reviews.c.hypothesis_id),
        )
        .where(reviews.c.workspace_id == uow.workspace_id)
        .order_by(reviews.c.decided_at, reviews.c.id)
    )
    return [
        Decided(
            hypothesis_id=row["hypothesis_id"],
            revision=row["revision"],
            reviewer_id=row["reviewer_id"],
            decision=Decision(row["decision"]),
            decided_at=row["decided_at"],
            opened_at=row["opened_at"],
            canary=CanaryKind(row["kind"]) if row["kind"] else None,
            was_edited=bool(row["new"]),
            is_open=row["state"] == State.IN_REVIEW,
        )
        for row in uow.rows(statement)
    ]


def rejections(
    uow: UnitOfWork, anomaly_id: str | None = None, theme_id: str | None = None
) -> dict[tuple[str, str], tuple[Rejected, ...]]:
    """Return what was rejected of each pair of anomaly and theme, oldest first.

    No canaries, and nothing whose rejection was taken back.
    """
    statement = _rejected(uow)
    if anomaly_id is not None:
        statement = statement.where(
            hypotheses.c.anomaly_id == anomaly_id, hypotheses.c.theme_id == theme_id
        )
    found: dict[tuple[str, str], tuple[Rejected, ...]] = {}
    rows = uow.rows(statement)
    undone = taken_back(uow, {row["hypothesis_id"] for row in rows})
    for row in rows:
        if row["hypothesis_id"] in undone:
            continue
        pair = (row["anomaly_id"], row["theme_id"])
        one = rejected_as(row["hypothesis_id"], row["reason_codes"], read_content(row["content"]))
        known = found.get(pair, ())
        if one.hypothesis_id in {before.hypothesis_id for before in known}:
            continue
        found[pair] = (*known, one)
    return found


def _rejected(uow: UnitOfWork) -> Select[Any]:
    """Return the rejections that stand, with pair and words; no canaries."""
    seeded = select(canaries.c.hypothesis_id).where(
        canaries.c.workspace_id == hypotheses.c.workspace_id,
        canaries.c.hypothesis_id == hypotheses.c.id,
    )
    return (
        select(
            reviews, hypotheses.c.anomaly_id, hypotheses.c.theme_id, hypothesis_revisions.c.content
        )
        .join(
            hypotheses,
            (hypotheses.c.workspace_id == reviews.c.workspace_id)
            & (hypotheses.c.id == reviews.c.hypothesis_id)
            & (hypotheses.c.revision == reviews.c.revision),
        )
        .join(
            hypothesis_revisions,
            (hypothesis_revisions.c.workspace_id == reviews.c.workspace_id)
            & (hypothesis_revisions.c.hypothesis_id == reviews.c.hypothesis_id)
            & (hypothesis_revisions.c.revision == reviews.c.revision),
        )
        .where(
            reviews.c.workspace_id == uow.workspace_id,
            reviews.c.decision == Decision.REJECT,
            hypotheses.c.state == State.REJECTED,
            ~seeded.exists(),
        )
        .order_by(reviews.c.decided_at, reviews.c.id)
    )


def decided_drafts(uow: UnitOfWork) -> list[DecidedDraft]:
    """Return the real drafts that were approved or rejected, by when they were.

    No canaries, and nothing whose rejection was taken back.
    """
    contents = _contents(uow)
    for undone in taken_back(uow, contents):
        del contents[undone]
    agreed: dict[str, list[Review]] = {}
    for review in list_reviews(uow):
        found = contents.get(review.hypothesis_id)
        if found and (review.revision, str(review.decision)) == (found.revision, found.decision):
            agreed.setdefault(review.hypothesis_id, []).append(review)
    drafts = [
        DecidedDraft(
            hypothesis_id=name,
            revision=contents[name].revision,
            drafter=contents[name].drafter,
            first=contents[name].first,
            content=contents[name].last,
            reviews=tuple(reviews),
        )
        for name, reviews in agreed.items()
    ]
    return sorted(drafts, key=lambda one: (one.reviews[-1].decided_at, one.hypothesis_id))


@dataclass(frozen=True)
class _Decided:
    revision: int
    decision: str
    drafter: str
    first: Content
    last: Content


def _contents(uow: UnitOfWork) -> dict[str, _Decided]:
    first = hypothesis_revisions.alias("first")
    seeded = select(canaries.c.hypothesis_id).where(
        canaries.c.workspace_id == hypotheses.c.workspace_id,
        canaries.c.hypothesis_id == hypotheses.c.id,
    )
    statement = (
        select(
            hypotheses.c.id,
            hypotheses.c.revision,
            hypotheses.c.state,
            hypotheses.c.drafter,
            first.c.content.label("first"),
            hypothesis_revisions.c.content,
        )
        .join(
            hypothesis_revisions,
            (hypothesis_revisions.c.workspace_id == hypotheses.c.workspace_id)
            & (hypothesis_revisions.c.hypothesis_id == hypotheses.c.id)
            & (hypothesis_revisions.c.revision == hypotheses.c.revision),
        )
        .join(
            first,
            (first.c.workspace_id == hypotheses.c.workspace_id)
            & (first.c.hypothesis_id == hypotheses.c.id)
            & (first.c.revision == 1),
        )
        .where(
            hypotheses.c.workspace_id == uow.workspace_id,
            hypotheses.c.state.in_(DECISIONS),
            ~seeded.exists(),
        )
    )
    return {
        row["id"]: _Decided(
            row["revision"],
            DECISIONS[row["state"]],
            row["drafter"],
            read_content(row["first"]),
            read_content(row["content"]),
        )
        for row in uow.rows(statement)
    }


def _votes(given: Iterable[Review]) -> Votes:
    by_decision: dict[Decision, list[str]] = {decision: [] for decision in Decision}
    for review in given:
        by_decision[review.decision].append(review.reviewer_id)
    return Votes(
        approvals=tuple(by_decision[Decision.APPROVE]),
        rejections=tuple(by_decision[Decision.REJECT]),
    )


def _review(row: RowMapping) -> Review:
    values = {name: row[name] for name in Review.__dataclass_fields__}
    values["decision"] = Decision(row["decision"])
    values["reason_codes"] = tuple(ReasonCode(code) for code in row["reason_codes"])
    return Review(**values)
