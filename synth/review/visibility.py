"""Who may read a hypothesis: rejected text, duplicates and canaries stay inside the review."""

from __future__ import annotations

from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.hypotheses.types import Hypothesis, State

#: Read by reviewers and by its authors alone.
INSIDE = frozenset({State.REJECTED, State.MERGED, State.CANARY})


def may_read(actor: Actor, hypothesis: Hypothesis) -> bool:
    """Return whether `actor` may read it: what is over only reviewers and its authors."""
    if hypothesis.state not in INSIDE:
        return True
    own = actor.member.id in (hypothesis.started_by, hypothesis.author_id)
    return may(actor, Action.REVIEW) or (own and hypothesis.state is not State.CANARY)
