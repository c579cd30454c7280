"""SQL of how a workspace reviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from synth.review.types import Rules
from synth.store.tables.review import review_settings
from synth.store.unit_of_work import UnitOfWork


def load_rules(uow: UnitOfWork) -> Rules:
    """Return the workspace's rules; the defaults where it set none."""
    row = uow.row(select(review_settings).where(review_settings.c.workspace_id == uow.workspace_id))
    if row is None:
        return Rules()
    return Rules(reviewers_needed=row["reviewers_needed"], canary_rate=row["canary_rate"])


def save_rules(uow: UnitOfWork, rules: Rules, *, changed_by: str, now: datetime) -> None:
    """Set the workspace's rules."""
    row = {
        "reviewers_needed": rules.reviewers_needed,
        "canary_rate": rules.canary_rate,
        "changed_by": changed_by,
        "changed_at": now,
    }
    uow.upsert(review_settings, [row])
