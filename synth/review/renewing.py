"""Votes that no longer count are voided: the same text waits at a new revision, with no vote.

Votes were given under the rules and by the reviewers of their day. Where fewer reviewers are needed
since, or somebody who voted reviews no more, what is stored would decide the draft by itself, or
with a voice that has none; so everybody decides anew, on the same words.
"""

from __future__ import annotations

from synth.access import repo as access
from synth.access.policy import POLICY, Action
from synth.audit import repo as audit
from synth.audit.chain import MACHINE
from synth.errors import StaleRevision
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, State
from synth.review import repo
from synth.review.opening import lock, move
from synth.review.types import Rules, Votes
from synth.review.voting import outcome
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def renew(services: Services, workspace_id: str, hypothesis_id: str) -> None:
    """Void the votes on a draft if they no longer count.

    Raises:
        NotFound: there is no such draft.
        StaleRevision: they were voided just now, so nobody has seen the revision that counts.
    """
    with services.reading(workspace_id) as uow:
        if _count(uow, hypotheses.load_hypothesis(uow, hypothesis_id)):
            return
    with services.writing(workspace_id) as uow:
        hypothesis = lock(uow, hypothesis_id)
        if _count(uow, hypothesis):
            return
        _void(services, uow, hypothesis)
        current = hypotheses.load_hypothesis(uow, hypothesis_id).etag
    raise StaleRevision(
        "votes on it were given under other rules, or by somebody who reviews no more; they were "
        "voided, so read it again and decide anew",
        current=current,
    )


def renew_all(services: Services, uow: UnitOfWork) -> int:
    """Void the votes that no longer count, on every draft that waits; return on how many."""
    waiting = hypotheses.list_hypotheses(uow, state=State.IN_REVIEW)
    votes = repo.votes_of(uow, waiting)
    voted = sorted(name for name, given in votes.items() if given.members)
    # All drafts are locked before the trail is, as whoever decides on one locks them.
    locked = [lock(uow, name) for name in voted]
    stale = [one for one in locked if not _count(uow, one)]
    for one in stale:
        _void(services, uow, one)
    return len(stale)


def write_again(
    services: Services, uow: UnitOfWork, hypothesis: Hypothesis, *, author_id: str
) -> Hypothesis:
    """Put the same text at a new revision of a draft that waits; votes count at their own."""
    revision = hypothesis.revision + 1
    copy_revision(services, uow, hypothesis, to=(hypothesis.id, revision), author_id=author_id)
    move(uow, hypothesis, State.IN_REVIEW, revision=revision)
    return hypotheses.load_hypothesis(uow, hypothesis.id)


def copy_revision(
    services: Services,
    uow: UnitOfWork,
    shown: Hypothesis,
    *,
    to: tuple[str, int],
    author_id: str,
) -> None:
    """Write one revision once more, with its pack, as revision `to` (draft, number)."""
    hypotheses.add_revision(
        uow,
        hypothesis_id=to[0],
        revision=to[1],
        content=shown.content,
        provenance=shown.provenance,
        author_id=author_id,
        now=services.clock(),
    )
    copy_pack(services, uow, shown, to=to)


def copy_pack(
    services: Services, uow: UnitOfWork, shown: Hypothesis, *, to: tuple[str, int]
) -> None:
    """Keep what a revision was drafted from beside its copy."""
    pack = hypotheses.find_pack(uow, shown.id, shown.revision)
    if pack is not None:
        hypotheses.add_pack(uow, *to, pack, services.clock())


def still_count(votes: Votes, rules: Rules, reviewers: frozenset[str]) -> bool:
    """Return whether votes on a draft that waits may stand: nothing follows from them alone."""
    settled = outcome(votes, rules, State.IN_REVIEW) is not None
    return not settled and reviewers.issuperset(votes.members)


def _count(uow: UnitOfWork, hypothesis: Hypothesis) -> bool:
    if hypothesis.state is not State.IN_REVIEW:
        return True
    votes = repo.votes(uow, hypothesis.id, hypothesis.revision)
    if not votes.members:
        return True
    members = access.load_members(uow).values()
    reviewers = frozenset(one.id for one in members if one.roles & POLICY[Action.REVIEW])
    return still_count(votes, repo.load_rules(uow), reviewers)


def _void(services: Services, uow: UnitOfWork, hypothesis: Hypothesis) -> None:
    votes = repo.votes(uow, hypothesis.id, hypothesis.revision)
    write_again(services, uow, hypothesis, author_id=hypothesis.author_id)
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=MACHINE,
        action="review.renew",
        subject=("hypothesis", hypothesis.id),
        data={"revision": hypothesis.revision, "voided": len(votes.members)},
    )
