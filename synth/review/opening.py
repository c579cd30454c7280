"""What every act on a draft begins and ends with: the row locked, seen, free, and moved once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from synth.access import repo as access
from synth.access.types import Actor
from synth.errors import Conflict, Forbidden, NotFound, PreconditionMissing, StaleRevision
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, State
from synth.review import repo
from synth.review.transitions import Act, follow
from synth.store.unit_of_work import UnitOfWork


def open_seen(uow: UnitOfWork, hypothesis_id: str, seen: str | None) -> Hypothesis:
    """Return the hypothesis, its row locked, if it is at the revision that was seen.

    Raises:
        NotFound, PreconditionMissing, StaleRevision: as they say.
    """
    hypothesis = lock(uow, hypothesis_id)
    if not seen:
        raise PreconditionMissing(
            "say which revision you saw: send its ETag in If-Match", current=hypothesis.etag
        )
    if seen.strip().strip('"') != hypothesis.etag:
        raise StaleRevision(
            "it changed since you saw it; read it again and decide on what it says now",
            current=hypothesis.etag,
        )
    return hypothesis


def lock(uow: UnitOfWork, hypothesis_id: str) -> Hypothesis:
    """Return the hypothesis with its row locked."""
    try:
        return hypotheses.load_hypothesis(uow, hypothesis_id, lock=True)
    except NotFound:
        # While Postgres waited for the lock the revision changed, and the one it had joined is
        # no longer the current one: that row is gone for this statement, not for the next.
        return hypotheses.load_hypothesis(uow, hypothesis_id, lock=True)


def open_to_decide(
    uow: UnitOfWork, actor: Actor, hypothesis_id: str, seen: str | None, act: Act, now: datetime
) -> Hypothesis:
    """Return the hypothesis if this person may decide on what they saw.

    Raises:
        Forbidden: they started or wrote it.
        Conflict: it is decided, somebody else holds it, or they decided on it before.
    """
    require_other(uow, actor, hypothesis_id)
    hypothesis = open_seen(uow, hypothesis_id, seen)
    follow(hypothesis.state, act)
    require_free(uow, actor, hypothesis_id, now)
    if actor.member.id in repo.votes(uow, hypothesis_id, hypothesis.revision).members:
        raise Conflict(
            "you decided on this revision already; it waits for other reviewers, or for an edit"
        )
    return hypothesis


def require_other(uow: UnitOfWork, actor: Actor, hypothesis_id: str) -> None:
    """Raise Forbidden where the actor started or wrote the draft."""
    if actor.member.id in hypotheses.authors(uow, hypothesis_id):
        raise Forbidden(
            f"{actor.member.name} started or wrote this hypothesis; another reviewer decides"
        )


def require_free(uow: UnitOfWork, actor: Actor, hypothesis_id: str, now: datetime) -> None:
    """Raise Conflict while somebody else holds the draft, with who and until when."""
    claim = repo.find_claim(uow, hypothesis_id, now)
    if claim is None or claim.member_id == actor.member.id:
        return
    holder = access.load_members(uow)[claim.member_id].name
    raise Conflict(
        f"{holder} works on this draft until {claim.expires_at:%H:%M} UTC; take another one, ask "
        f"{holder} to let it go, or claim it after that",
        claimed_by=claim.member_id,
        until=claim.expires_at.isoformat(),
    )


def move(
    uow: UnitOfWork,
    hypothesis: Hypothesis,
    after: State,
    *,
    revision: int | None = None,
    held_reasons: Sequence[str] = (),
) -> None:
    """Change the state if nobody did meanwhile; raises Conflict."""
    moved = hypotheses.move(
        uow,
        hypothesis.id,
        seen=hypothesis.revision,
        before=hypothesis.state,
        after=after,
        revision=revision,
        held_reasons=held_reasons,
    )
    if not moved:
        raise Conflict("somebody else decided on it or changed it just now; read it again")
