"""The audit trail while reviewers still decide: everybody reads that they voted, not how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth.access.types import Actor
from synth.audit.chain import AuditEvent
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.review import repo
from synth.store.unit_of_work import UnitOfWork

#: What tells how somebody voted, and what is said instead.
TELLING, SEALED = frozenset({"review.approve", "review.reject"}), "review.vote"


def seal(uow: UnitOfWork, actor: Actor, events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Return the events, those that tell an open vote without how it went.

    A vote is open while its draft waits, unless reviewers differ or the reader voted too: who reads
    how others voted does not judge for themselves.
    """
    votes = [one.subject_id for one in events if one.action in TELLING]
    if not votes:
        return list(events)
    drafts = [one for one in hypotheses.load_many(uow, votes) if one.state is State.IN_REVIEW]
    given = repo.votes_of(uow, drafts)
    open_drafts = {
        name
        for name, told in given.items()
        if not told.is_split and actor.member.id not in told.members
    }
    return [
        _sealed(one) if one.action in TELLING and one.subject_id in open_drafts else one
        for one in events
    ]


def _sealed(event: AuditEvent) -> AuditEvent:
    kept = {name: event.data[name] for name in ("revision", "sha256") if name in event.data}
    return replace(event, action=SEALED, data={**kept, "sealed": "until the draft is decided"})
