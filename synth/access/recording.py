"""Writes what a person did into the audit trail, in the transaction that did it."""

from __future__ import annotations

from collections.abc import Mapping

from synth.access.types import Actor
from synth.audit import repo as audit
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def record_act(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    *,
    action: str,
    subject: tuple[str, str],
    data: Mapping[str, object],
) -> None:
    """Append `action` by `actor`, now; `subject` is (kind, id)."""
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor.member.id,
        action=action,
        subject=subject,
        data=dict(data),
    )
