"""The states of a hypothesis and what may follow what: the one table."""

from __future__ import annotations

from enum import StrEnum

from synth.core.steps import step
from synth.hypotheses.types import State


class Act(StrEnum):
    """What a person can do to a hypothesis."""

    APPROVE = "approve"
    REJECT = "reject"
    EDIT = "edit"
    RELEASE = "release"
    CLAIM = "claim"
    MERGE = "merge"
    UNMERGE = "unmerge"
    TAKE_BACK = "take back"


#: What is not here cannot happen. A decision is final: nothing follows approved or rejected;
#: a rejection taken back stays, and its text waits once more as another draft.
#: `store.queue_guards.STEPS` holds the same table in the database.
TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.IN_REVIEW, Act.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Act.REJECT): State.REJECTED,
    (State.IN_REVIEW, Act.EDIT): State.IN_REVIEW,
    (State.IN_REVIEW, Act.CLAIM): State.IN_REVIEW,
    (State.IN_REVIEW, Act.MERGE): State.MERGED,
    (State.HELD, Act.REJECT): State.REJECTED,
    (State.HELD, Act.EDIT): State.IN_REVIEW,
    (State.HELD, Act.RELEASE): State.IN_REVIEW,
    (State.MERGED, Act.UNMERGE): State.IN_REVIEW,
    (State.IN_REVIEW, Act.TAKE_BACK): State.IN_REVIEW,
    (State.REJECTED, Act.TAKE_BACK): State.REJECTED,
}
DONE = {
    Act.APPROVE: "approved",
    Act.REJECT: "rejected",
    Act.EDIT: "edited",
    Act.RELEASE: "released",
    Act.CLAIM: "claimed",
    Act.MERGE: "merged",
    Act.UNMERGE: "taken out of a merge",
    Act.TAKE_BACK: "taken back",
}


def follow(state: State, act: Act) -> State:
    """Return the state after `act`; raises Conflict where the table has no such step."""
    return step(TRANSITIONS, state, act, noun="a hypothesis", done=DONE)
