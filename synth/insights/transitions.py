"""The states of an insight's loop and what may follow what: the one table."""

from __future__ import annotations

from enum import StrEnum

from synth.core import steps
from synth.insights.types import LoopState


class LoopAct(StrEnum):
    """What a person can do to an insight."""

    DECIDE = "decide"
    DROP = "drop"
    TEST = "test"
    RECORD = "record"
    CLOSE = "close"
    REOPEN = "reopen"


#: What is not here cannot happen: nothing is tried before it is decided, nothing closed untried.
TRANSITIONS: dict[tuple[LoopState, LoopAct], LoopState] = {
    (LoopState.APPROVED, LoopAct.DECIDE): LoopState.DECIDED,
    (LoopState.APPROVED, LoopAct.DROP): LoopState.DROPPED,
    (LoopState.DECIDED, LoopAct.DECIDE): LoopState.DECIDED,
    (LoopState.DECIDED, LoopAct.DROP): LoopState.DROPPED,
    (LoopState.DECIDED, LoopAct.TEST): LoopState.TESTING,
    (LoopState.TESTING, LoopAct.DECIDE): LoopState.TESTING,
    (LoopState.TESTING, LoopAct.DROP): LoopState.DROPPED,
    (LoopState.TESTING, LoopAct.TEST): LoopState.TESTING,
    (LoopState.TESTING, LoopAct.RECORD): LoopState.TESTING,
    (LoopState.TESTING, LoopAct.CLOSE): LoopState.CLOSED,
    (LoopState.CLOSED, LoopAct.REOPEN): LoopState.REOPENED,
    (LoopState.DROPPED, LoopAct.REOPEN): LoopState.REOPENED,
    (LoopState.REOPENED, LoopAct.DECIDE): LoopState.DECIDED,
    (LoopState.REOPENED, LoopAct.DROP): LoopState.DROPPED,
}

DONE = {
    LoopAct.DECIDE: "decided on",
    LoopAct.DROP: "dropped",
    LoopAct.TEST: "tested",
    LoopAct.RECORD: "given an outcome",
    LoopAct.CLOSE: "closed",
    LoopAct.REOPEN: "reopened",
}


def follow(state: LoopState, act: LoopAct) -> LoopState:
    """Return the state after `act`; raises Conflict where the table has no such step."""
    return steps.step(TRANSITIONS, state, act, noun="an insight", done=DONE)


def possible(state: LoopState) -> list[LoopAct]:
    """Return what can be done to an insight in `state`."""
    return steps.possible(TRANSITIONS, state)
