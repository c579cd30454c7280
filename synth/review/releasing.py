"""What a check held goes to review by a person's word, and only through the same checks again."""

from __future__ import annotations

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import Conflict
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.forgetting import without_words
from synth.hypotheses.holding import reasons_now
from synth.hypotheses.types import Hypothesis
from synth.review.opening import move, open_seen
from synth.review.transitions import Act, follow
from synth.services import Services


def release(
    services: Services, actor: Actor, hypothesis_id: str, *, seen: str | None
) -> Hypothesis:
    """Put a held draft into the queue, as a new revision of who released it.

    Whoever releases it can no longer decide on it. A draft that was held because it repeats a
    rejected one may be released: that is a person's judgement.

    Raises:
        Forbidden: who may neither edit nor review.
        PreconditionMissing, StaleRevision: `seen` is missing or not the current revision.
        Conflict: it is not held, or a check still fails, with every reason.
    """
    require(actor, Action.EDIT_DRAFT)
    now = services.clock()
    with services.writing(actor.workspace_id) as uow:
        held = open_seen(uow, hypothesis_id, seen)
        after = follow(held.state, Act.RELEASE)
        reasons = reasons_now(uow, held)
        if reasons:
            raise Conflict(
                "it stays held: " + "; ".join(reasons) + "; edit it, or reject it", reasons=reasons
            )
        revision = held.revision + 1
        sha256 = hypotheses.add_revision(
            uow,
            hypothesis_id=hypothesis_id,
            revision=revision,
            content=held.content,
            provenance=held.provenance,
            author_id=actor.member.id,
            now=now,
        )
        pack = hypotheses.find_pack(uow, hypothesis_id, held.revision)
        if pack is not None:
            hypotheses.add_pack(uow, hypothesis_id, revision, pack, now)
        move(uow, held, after, revision=revision)
        audit.append(
            uow,
            services.secret,
            at=now,
            actor_id=actor.member.id,
            action="hypothesis.release",
            subject=("hypothesis", hypothesis_id),
            data={"revision": revision, "sha256": sha256, "held": without_words(held.held_reasons)},
        )
        return hypotheses.load_hypothesis(uow, hypothesis_id)
