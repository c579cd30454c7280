"""SQL of reviews, and of the insight that an approval makes."""

from __future__ import annotations

from sqlalchemy import RowMapping, select

from synth.core.ids import derive_id
from synth.review.types import Decision, ReasonCode, Review
from synth.store.tables.insights import insights
from synth.store.tables.review import reviews
from synth.store.unit_of_work import UnitOfWork


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


def _review(row: RowMapping) -> Review:
    values = {name: row[name] for name in Review.__dataclass_fields__}
    values["decision"] = Decision(row["decision"])
    values["reason_codes"] = tuple(ReasonCode(code) for code in row["reason_codes"])
    return Review(**values)
