"""The states of a hypothesis and what may follow what: the one table."""

from __future__ import annotations

from enum import StrEnum

from synth.errors import Conflict
from synth.hypotheses.types import State


class Act(StrEnum):
    """What a person can do to a hypothesis."""

    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"


#: What is not here cannot happen. A decision is final: nothing follows approved or rejected.
TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.IN_REVIEW, Act.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Act.REJECT): State.REJECTED,
    (State.IN_REVIEW, Act.EDIT): State.IN_REVIEW,
    (State.HELD, Act.REJECT): State.REJECTED,
    (State.HELD, Act.EDIT): State.IN_REVIEW,
}


def follow(state: State, act: Act) -> State:
    """Return the state after `act`; raises Conflict where the table has no such step."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        allowed = [str(possible) for start, possible in TRANSITIONS if start is state]
        raise Conflict(
            f"a hypothesis that is {state} cannot be {_done(act)}; "
            f"it allows {', '.join(allowed) or 'nothing more'}",
            state=state,
        )
    return after


def _done(act: Act) -> str:
    return {Act.APPROVE: "approved", Act.REJECT: "rejected", Act.EDIT: "edited"}[act]
