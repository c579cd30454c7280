"""Who may read a hypothesis: rejected text stays inside the review."""

from __future__ import annotations

from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.hypotheses.types import Hypothesis, State


def may_read(actor: Actor, hypothesis: Hypothesis) -> bool:
    """Return whether `actor` may read it: a rejected one only reviewers and its authors."""
    if hypothesis.state is not State.REJECTED:
        return True
    own = actor.member.id in (hypothesis.started_by, hypothesis.author_id)
    return own or may(actor, Action.REVIEW)
