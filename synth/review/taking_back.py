"""A reviewer takes a decision back: what was decided stays written, and the draft waits again.

A vote that has not settled the draft is voided by a new revision of the same text: votes count at
the revision they were given for, so the database holds the gate as it does after an edit. A
rejection is final; the same text, with all its authors, is proposed once more as another draft.
"""

from __future__ import annotations

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.errors import Conflict
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.holding import reasons_now
from synth.hypotheses.types import Hypothesis, State
from synth.review import repo
from synth.review.opening import open_seen
from synth.review.renewing import copy_pack, copy_revision, write_again
from synth.review.transitions import Act, follow
from synth.review.types import Review
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def take_back(
    services: Services, actor: Actor, hypothesis_id: str, *, seen: str | None
) -> Hypothesis:
    """Take one's own decision back; return the draft that waits now, another one after a rejection.

    Where others decided on the revision too, their votes are voided with it; who does that decides
    on the draft no more, as after an edit, or anybody could void what others said for free.

    Raises:
        Forbidden: no reviewer.
        PreconditionMissing, StaleRevision: `seen` is missing or not the current revision.
        Conflict: the actor has no such decision on it, or it became an insight.
    """
    require(actor, Action.REVIEW)
    with services.writing(actor.workspace_id) as uow:
        hypothesis = open_seen(uow, hypothesis_id, seen)
        after = follow(hypothesis.state, Act.TAKE_BACK)
        given = [
            one
            for one in repo.list_reviews(uow, hypothesis_id)
            if one.revision == hypothesis.revision
        ]
        own = _own(actor, hypothesis, given)
        if after is State.REJECTED:
            again = _propose_again(services, uow, actor, hypothesis)
        else:
            again = _void(services, uow, actor, hypothesis, alone=len(given) == 1)
        record_act(
            services,
            uow,
            actor,
            action="review.take_back",
            subject=("hypothesis", hypothesis_id),
            data={
                "review": own.id,
                "revision": own.revision,
                "voided": len(given),
                "waits_as": again.id,
                "key": actor.key_id,
            },
        )
        return again


def _own(actor: Actor, hypothesis: Hypothesis, given: list[Review]) -> Review:
    for one in given:
        decided_it = hypothesis.state is State.IN_REVIEW or one.decision == "reject"
        if one.reviewer_id == actor.member.id and decided_it:
            return one
    raise Conflict("you have no decision on it that can be taken back; who decided may do it")


def _void(
    services: Services, uow: UnitOfWork, actor: Actor, hypothesis: Hypothesis, *, alone: bool
) -> Hypothesis:
    """Put the same text at a new revision: of its author, or of who voids votes of others."""
    author_id = hypothesis.author_id if alone else actor.member.id
    return write_again(services, uow, hypothesis, author_id=author_id)


def _propose_again(
    services: Services, uow: UnitOfWork, actor: Actor, rejected: Hypothesis
) -> Hypothesis:
    """Add the rejected text as a draft of its own, every revision with its author.

    What a check held when it was rejected, or would hold now, is held again.
    """
    name = repo.again_id(uow, rejected.id)
    if hypotheses.states_of(uow, [name]):
        raise Conflict("it was taken back before, and waits as another draft", waits_as=name)
    if hypotheses.find_waiting(uow, rejected.anomaly_id, rejected.theme_id):
        raise Conflict(
            "another draft of the same theme and anomaly waits already; decide on that one"
        )
    first, *later = hypotheses.revisions(uow, rejected.id)
    hypotheses.add_hypothesis(
        uow,
        hypothesis_id=name,
        content=first.content,
        provenance=first.provenance,
        started_by=rejected.started_by,
        anomaly_id=rejected.anomaly_id,
        theme_id=rejected.theme_id,
        held_reasons=list(dict.fromkeys([*rejected.held_reasons, *reasons_now(uow, rejected)])),
        now=services.clock(),
    )
    copy_pack(services, uow, first, to=(name, 1))
    for one in later:
        to = (name, one.revision)
        copy_revision(services, uow, one, to=to, author_id=one.author_id)
    if later:
        again = hypotheses.load_hypothesis(uow, name)
        hypotheses.move(
            uow,
            name,
            seen=1,
            before=again.state,
            after=again.state,
            revision=rejected.revision,
            held_reasons=again.held_reasons,
        )
    for merged in repo.merged_into(uow, rejected.id):
        repo.add_merge(uow, merged, name, member_id=actor.member.id, now=services.clock())
    return hypotheses.load_hypothesis(uow, name)
