"""SQL of seeded drafts."""

from __future__ import annotations

from sqlalchemy import select

from synth.errors import NotFound
from synth.review.types import Canary, CanaryKind
from synth.store.tables.review import canaries
from synth.store.unit_of_work import UnitOfWork


def add_canary(uow: UnitOfWork, canary: Canary) -> None:
    """Mark a draft as seeded; for ever, and only before anybody decided on it."""
    uow.insert(canaries, [{name: getattr(canary, name) for name in Canary.__dataclass_fields__}])


def is_canary(uow: UnitOfWork, hypothesis_id: str) -> bool:
    """Return whether a draft was seeded."""
    statement = select(canaries.c.kind).where(
        canaries.c.workspace_id == uow.workspace_id, canaries.c.hypothesis_id == hypothesis_id
    )
    return uow.row(statement) is not None


def list_canaries(uow: UnitOfWork) -> list[Canary]:
    """Return every seeded draft, in order of planting."""
    statement = (
        select(canaries)
        .where(canaries.c.workspace_id == uow.workspace_id)
        .order_by(canaries.c.planted_at, canaries.c.hypothesis_id)
    )
    return [
        Canary(
            hypothesis_id=row["hypothesis_id"],
            kind=CanaryKind(row["kind"]),
            made_from=row["made_from"],
            planted_at=row["planted_at"],
        )
        for row in uow.rows(statement)
    ]


def load_canary(uow: UnitOfWork, hypothesis_id: str) -> Canary:
    """Return what was wrong with a seeded draft; raises NotFound."""
    for one in list_canaries(uow):
        if one.hypothesis_id == hypothesis_id:
            return one
    raise NotFound(f"hypothesis {hypothesis_id} was not seeded")


def canary_ids(uow: UnitOfWork) -> frozenset[str]:
    """Return the ids of every seeded draft."""
    return frozenset(one.hypothesis_id for one in list_canaries(uow))
