"""SQL of who works on which draft, and who had it before them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, delete, select

from synth.review.types import Claim
from synth.store.tables.review import review_claims, review_openings
from synth.store.unit_of_work import UnitOfWork


def find_claim(uow: UnitOfWork, hypothesis_id: str, now: datetime) -> Claim | None:
    """Return the claim on a draft that has not run out, if any."""
    return list_claims(uow, [hypothesis_id], now).get(hypothesis_id)


def list_claims(uow: UnitOfWork, ids: Collection[str], now: datetime) -> dict[str, Claim]:
    """Return the claims on these drafts that have not run out."""
    statement = select(review_claims).where(
        review_claims.c.workspace_id == uow.workspace_id,
        review_claims.c.hypothesis_id.in_(ids),
        review_claims.c.expires_at > now,
    )
    return {row["hypothesis_id"]: _claim(row) for row in uow.rows(statement)}


def put_claim(uow: UnitOfWork, claim: Claim) -> None:
    """Set who works on a draft, over whoever did."""
    uow.upsert(review_claims, [{name: getattr(claim, name) for name in Claim.__dataclass_fields__}])


def drop_claim(uow: UnitOfWork, hypothesis_id: str, *, member_id: str | None = None) -> bool:
    """Take a claim away, of anybody or only of one member; return whether there was one."""
    statement = delete(review_claims).where(
        review_claims.c.workspace_id == uow.workspace_id,
        review_claims.c.hypothesis_id == hypothesis_id,
    )
    if member_id is not None:
        statement = statement.where(review_claims.c.member_id == member_id)
    return uow.execute(statement) > 0


def note_opening(
    uow: UnitOfWork, hypothesis_id: str, revision: int, *, member_id: str, now: datetime
) -> None:
    """Keep when a reviewer first had a revision before them."""
    row = {
        "hypothesis_id": hypothesis_id,
        "revision": revision,
        "member_id": member_id,
        "opened_at": now,
    }
    uow.insert_missing(review_openings, [row])


def _claim(row: RowMapping) -> Claim:
    return Claim(**{name: row[name] for name in Claim.__dataclass_fields__})
