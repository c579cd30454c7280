"""SQL of the queue and of what is held: ordered and cut in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    RowMapping,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from synth.errors import NotFound
from synth.hypotheses.rejections import SUPPRESSED
from synth.hypotheses.types import State
from synth.review.priority import HALF_REACH, MAY_WAIT, MAY_WAIT_DAYS, NEAR_DAYS, WEIGHTS
from synth.review.types import Claim, Desk, Rules, Waiting
from synth.store.tables.hypotheses import hypotheses, hypothesis_revisions
from synth.store.tables.links import links
from synth.store.tables.review import (
    review_claims,
    review_deadlines,
    review_openings,
    review_settings,
    reviews,
)
from synth.store.unit_of_work import UnitOfWork


def list_waiting(
    uow: UnitOfWork, *, now: datetime, limit: int | None = None, start: int = 0
) -> list[Waiting]:
    """Return the drafts that wait, most urgent first, from the `start`-th on."""
    statement = _ordered(uow, now).offset(start)
    rows = uow.rows(statement.limit(limit) if limit is not None else statement)
    return [_waiting(row) for row in rows]


def waiting_of(uow: UnitOfWork, hypothesis_id: str, *, now: datetime) -> Waiting | None:
    """Return what the place of one draft is computed from; None where it does not wait."""
    row = uow.row(_ordered(uow, now).where(hypotheses.c.id == hypothesis_id))
    return None if row is None else _waiting(row)


def load_desk(uow: UnitOfWork, hypothesis_id: str, member_id: str, *, now: datetime) -> Desk:
    """Return what the review knows about a draft, in one query; raises NotFound."""
    here = hypotheses.c.workspace_id
    row = uow.row(
        _scored(uow, now)[0]
        .add_columns(
            hypotheses.c.state,
            review_claims.c.member_id,
            review_claims.c.claimed_at,
            review_claims.c.expires_at,
            review_settings.c.reviewers_needed,
            review_settings.c.canary_rate,
            *_counts_beside(member_id),
        )
        .outerjoin(
            review_claims,
            and_(
                review_claims.c.workspace_id == here,
                review_claims.c.hypothesis_id == hypotheses.c.id,
                review_claims.c.expires_at > now,
            ),
        )
        .outerjoin(review_settings, review_settings.c.workspace_id == here)
        .where(hypotheses.c.id == hypothesis_id)
    )
    if row is None:
        raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
    return _desk(row)


def _counts_beside(member_id: str) -> list[ColumnElement[int]]:
    """Return how many drafts wait, share anomaly or theme, were decided, was this opened."""
    kin, pair, here = hypotheses.alias("kin"), hypotheses.alias("pair"), hypotheses.c.workspace_id
    same_pair = and_(
        pair.c.workspace_id == reviews.c.workspace_id, pair.c.id == reviews.c.hypothesis_id
    )
    counts = {
        "queue": select(func.count()).where(
            kin.c.workspace_id == here, kin.c.state == State.IN_REVIEW
        ),
        "kin": select(func.count()).where(
            kin.c.workspace_id == here,
            or_(
                kin.c.anomaly_id == hypotheses.c.anomaly_id,
                kin.c.theme_id == hypotheses.c.theme_id,
            ),
            kin.c.id != hypotheses.c.id,
            kin.c.state.in_([str(State.IN_REVIEW), str(State.MERGED)]),
        ),
        "reviews": select(func.count(reviews.c.id))
        .join(pair, same_pair)
        .where(
            pair.c.workspace_id == here,
            pair.c.anomaly_id == hypotheses.c.anomaly_id,
            pair.c.theme_id == hypotheses.c.theme_id,
        ),
        "opened": select(func.count()).where(
            review_openings.c.workspace_id == here,
            review_openings.c.hypothesis_id == hypotheses.c.id,
            review_openings.c.revision == hypotheses.c.revision,
            review_openings.c.member_id == member_id,
        ),
    }
    return [
        each.correlate(hypotheses).scalar_subquery().label(name) for name, each in counts.items()
    ]


def next_for(uow: UnitOfWork, member_id: str, *, now: datetime) -> str | None:
    """Return the most urgent draft that this reviewer may decide on and nobody else holds."""
    row = uow.row(_open_to(uow, member_id, now).limit(1))
    return None if row is None else str(row["id"])


def list_for(uow: UnitOfWork, member_id: str, *, now: datetime) -> list[str]:
    """Return the drafts this reviewer may decide on and nobody else holds, most urgent first."""
    return [str(row["id"]) for row in uow.rows(_open_to(uow, member_id, now))]


def _open_to(uow: UnitOfWork, member_id: str, now: datetime) -> Select[Any]:
    revision = hypothesis_revisions.alias("own")
    own = select(revision.c.revision).where(
        revision.c.workspace_id == hypotheses.c.workspace_id,
        revision.c.hypothesis_id == hypotheses.c.id,
        revision.c.author_id == member_id,
    )
    voted = select(reviews.c.id).where(
        reviews.c.workspace_id == hypotheses.c.workspace_id,
        reviews.c.hypothesis_id == hypotheses.c.id,
        reviews.c.revision == hypotheses.c.revision,
        reviews.c.reviewer_id == member_id,
    )
    taken = select(review_claims.c.member_id).where(
        review_claims.c.workspace_id == hypotheses.c.workspace_id,
        review_claims.c.hypothesis_id == hypotheses.c.id,
        review_claims.c.member_id != member_id,
        review_claims.c.expires_at > now,
    )
    return _ordered(uow, now).where(
        hypotheses.c.started_by != member_id, ~own.exists(), ~voted.exists(), ~taken.exists()
    )


def list_held(
    uow: UnitOfWork,
    *,
    query: str = "",
    suppressed: bool | None = None,
    limit: int | None = None,
    start: int = 0,
) -> list[str]:
    """Return the ids of held drafts that have all words of `query`, newest first.

    `suppressed`: only those that repeat what was rejected, or only the others.
    """
    statement = (
        _held(uow, query, suppressed)
        .order_by(hypotheses.c.created_at.desc(), hypotheses.c.id)
        .offset(start)
    )
    rows = uow.rows(statement.limit(limit) if limit is not None else statement)
    return [row["id"] for row in rows]


def count_held(uow: UnitOfWork, *, query: str = "", suppressed: bool | None = None) -> int:
    """Return how many `list_held` would give."""
    found = _held(uow, query, suppressed).subquery()
    return int(uow.scalar(select(func.count()).select_from(found)))


def _held(uow: UnitOfWork, query: str, suppressed: bool | None) -> Select[Any]:
    statement = (
        select(hypotheses.c.id)
        .join(hypothesis_revisions, _is_current())
        .where(hypotheses.c.workspace_id == uow.workspace_id, hypotheses.c.state == State.HELD)
    )
    reasons = cast(hypotheses.c.held_reasons, String)
    content = hypothesis_revisions.c.content
    texts = [content[name].as_string() for name in ("title", "solution", "because", "metric")]
    for word in query.split():
        shown = [func.lower(text).contains(word.lower(), autoescape=True) for text in texts]
        stored = func.lower(reasons).contains(word.lower(), autoescape=True)
        statement = statement.where(or_(*shown, stored))
    if suppressed is not None:
        repeats = reasons.contains(SUPPRESSED, autoescape=True)
        statement = statement.where(repeats if suppressed else ~repeats)
    return statement


def _ordered(uow: UnitOfWork, now: datetime) -> Select[Any]:
    """Return the drafts that wait by `priority`'s formula, then by age."""
    statement, score = _scored(uow, now)
    return statement.where(hypotheses.c.state == State.IN_REVIEW).order_by(
        score.desc(), hypotheses.c.created_at, hypotheses.c.id
    )


def _scored(uow: UnitOfWork, now: datetime) -> tuple[Select[Any], ColumnElement[float]]:
    """Return drafts of any state with what their place is computed from, and the score."""
    scale = hypothesis_revisions.c.content["scale"]
    reach = scale["low"].as_float() * scale["n"].as_float()
    waited = _days(uow, literal(now, hypotheses.c.created_at.type), hypotheses.c.created_at)
    due_in = func.coalesce(
        _days(uow, review_deadlines.c.due_at, literal(now, review_deadlines.c.due_at.type)),
        MAY_WAIT_DAYS - waited,
    )
    confidence = func.coalesce(
        select(func.max(links.c.confidence))
        .where(
            links.c.workspace_id == hypotheses.c.workspace_id,
            links.c.anomaly_id == hypotheses.c.anomaly_id,
            links.c.theme_id == hypotheses.c.theme_id,
        )
        .scalar_subquery(),
        0.0,
    )
    score = (
        WEIGHTS["impact"] * reach / (reach + HALF_REACH)
        + WEIGHTS["confidence"] * confidence
        + WEIGHTS["age"] * _clamp(waited / MAY_WAIT_DAYS)
        + WEIGHTS["deadline"] * _clamp(1 - due_in / NEAR_DAYS)
    )
    statement = (
        select(
            hypotheses.c.id,
            hypotheses.c.created_at,
            review_deadlines.c.due_at,
            reach.label("reach"),
            confidence.label("confidence"),
            waited.label("waited"),
            due_in.label("due_in"),
        )
        .join(hypothesis_revisions, _is_current())
        .outerjoin(
            review_deadlines,
            and_(
                review_deadlines.c.workspace_id == hypotheses.c.workspace_id,
                review_deadlines.c.hypothesis_id == hypotheses.c.id,
            ),
        )
        .where(hypotheses.c.workspace_id == uow.workspace_id)
    )
    return statement, score


def _is_current() -> ColumnElement[bool]:
    return and_(
        hypothesis_revisions.c.workspace_id == hypotheses.c.workspace_id,
        hypothesis_revisions.c.hypothesis_id == hypotheses.c.id,
        hypothesis_revisions.c.revision == hypotheses.c.revision,
    )


def _days(uow: UnitOfWork, later: Any, earlier: Any) -> ColumnElement[float]:
    """Return the days from one moment to another, in the database's own words."""
    if uow.connection.dialect.name == "sqlite":
        return cast(func.julianday(later) - func.julianday(earlier), Float)
    return cast(func.extract("epoch", later - earlier), Float) / 86400.0


def _clamp(value: ColumnElement[float]) -> ColumnElement[float]:
    return case((value < 0, 0.0), (value > 1, 1.0), else_=value)


def _desk(row: RowMapping) -> Desk:
    claim, rules = None, Rules()
    if row["member_id"] is not None:
        claim = Claim(
            hypothesis_id=row["id"],
            member_id=row["member_id"],
            claimed_at=row["claimed_at"],
            expires_at=row["expires_at"],
        )
    if row["reviewers_needed"] is not None:
        rules = Rules(reviewers_needed=row["reviewers_needed"], canary_rate=row["canary_rate"])
    return Desk(
        waiting=_waiting(row) if row["state"] == State.IN_REVIEW else None,
        claim=claim,
        rules=rules,
        is_opened=bool(row["opened"]),
        queue=row["queue"],
        reviews=row["reviews"],
        kin=row["kin"],
    )


def _waiting(row: RowMapping) -> Waiting:
    due_at: datetime | None = row["due_at"]
    return Waiting(
        hypothesis_id=row["id"],
        reach=float(row["reach"]),
        confidence=float(row["confidence"]),
        waited_days=float(row["waited"]),
        due_at=due_at or row["created_at"] + MAY_WAIT,
        due_in_days=float(row["due_in"]),
        is_due_set=due_at is not None,
    )
