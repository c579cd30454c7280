"""Who works on a draft: a lease that runs out by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from synth.access.policy import Action, may, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import Conflict, InputError
from synth.hypotheses.types import Hypothesis, State
from synth.review import repo
from synth.review.opening import lock, require_free, require_other
from synth.review.transitions import Act, follow
from synth.review.types import Claim
from synth.services import Services

#: How long a draft stays with who claimed it; claiming again begins anew.
LEASE = timedelta(minutes=30)
#: A deadline farther off than this is a slip of the pen.
FARTHEST = timedelta(days=366)


def claim(services: Services, actor: Actor, hypothesis_id: str) -> Claim:
    """Take a draft that waits, or keep one's own for another lease.

    Raises:
        Forbidden: no reviewer, or somebody who started or wrote it.
        Conflict: somebody else holds it (with who, and until when), or it does not wait.
    """
    require(actor, Action.REVIEW)
    now = services.clock()
    with services.writing(actor.workspace_id) as uow:
        require_other(uow, actor, hypothesis_id)
        hypothesis = lock(uow, hypothesis_id)
        follow(hypothesis.state, Act.CLAIM)
        require_free(uow, actor, hypothesis_id, now)
        taken = Claim(
            hypothesis_id=hypothesis_id,
            member_id=actor.member.id,
            claimed_at=now,
            expires_at=now + LEASE,
        )
        repo.put_claim(uow, taken)
        repo.note_opening(
            uow, hypothesis_id, hypothesis.revision, member_id=actor.member.id, now=now
        )
        return taken


def let_go(services: Services, actor: Actor, hypothesis_id: str) -> None:
    """Give one's own claim back; raises Conflict where there is none."""
    require(actor, Action.REVIEW)
    with services.writing(actor.workspace_id) as uow:
        lock(uow, hypothesis_id)
        if not repo.drop_claim(uow, hypothesis_id, member_id=actor.member.id):
            raise Conflict("you do not hold this draft; there is nothing to let go")


def note_opened(services: Services, actor: Actor, hypothesis: Hypothesis) -> None:
    """Keep when a reviewer first read a revision that waits; for how long a decision took."""
    if hypothesis.state is not State.IN_REVIEW or not may(actor, Action.REVIEW):
        return
    with services.writing(actor.workspace_id) as uow:
        repo.note_opening(
            uow,
            hypothesis.id,
            hypothesis.revision,
            member_id=actor.member.id,
            now=services.clock(),
        )


def set_deadline(
    services: Services, actor: Actor, hypothesis_id: str, due_at: datetime
) -> datetime:
    """Set by when a draft must be decided; it rises in the queue as that day comes near.

    Raises:
        Forbidden: who may neither edit nor review.
        InputError: the day is past, or more than a year away.
        Conflict: it does not wait for review.
    """
    require(actor, Action.EDIT_DRAFT)
    now = services.clock()
    if not now <= due_at <= now + FARTHEST:
        raise InputError(
            "the deadline must lie ahead, within a year",
            found=due_at.date().isoformat(),
            expected=f"from {now.date().isoformat()} on",
        )
    with services.writing(actor.workspace_id) as uow:
        follow(lock(uow, hypothesis_id).state, Act.CLAIM)
        repo.set_deadline(uow, hypothesis_id, due_at, set_by=actor.member.id)
        audit.append(
            uow,
            services.secret,
            at=now,
            actor_id=actor.member.id,
            action="hypothesis.deadline",
            subject=("hypothesis", hypothesis_id),
            data={"due_at": due_at.isoformat()},
        )
    return due_at
