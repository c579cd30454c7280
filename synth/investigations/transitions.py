"""The states of an investigation and what may follow what: the one table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from synth.errors import Conflict
from synth.investigations.types import Decision, Side, State


class Act(StrEnum):
    """What can happen to an investigation."""

    NUMBERS_SPEAK = "numbers_speak"  #: the first finding by numbers
    NUMBERS_GO = "numbers_go"  #: the last one was taken back, or lost its ground
    PEOPLE_SPEAK = "people_speak"
    PEOPLE_GO = "people_go"
    DECIDE = "decide"  #: build or test: needs both sides
    DROP = "drop"  #: leave it be: needs a reason, whatever was found
    FIND_NO_CAUSE = "find_no_cause"
    REOPEN = "reopen"


#: What is not here cannot happen. Numbers alone never explain, and neither do words alone.
TRANSITIONS: dict[tuple[State, Act], State] = {
    (State.UNEXPLAINED, Act.NUMBERS_SPEAK): State.NUMBERS_ONLY,
    (State.UNEXPLAINED, Act.PEOPLE_SPEAK): State.WORDS_ONLY,
    (State.UNEXPLAINED, Act.DROP): State.DECIDED,
    (State.UNEXPLAINED, Act.FIND_NO_CAUSE): State.NO_CAUSE,
    (State.NUMBERS_ONLY, Act.NUMBERS_GO): State.UNEXPLAINED,
    (State.NUMBERS_ONLY, Act.PEOPLE_SPEAK): State.EXPLAINED,
    (State.NUMBERS_ONLY, Act.DROP): State.DECIDED,
    (State.NUMBERS_ONLY, Act.FIND_NO_CAUSE): State.NO_CAUSE,
    (State.WORDS_ONLY, Act.PEOPLE_GO): State.UNEXPLAINED,
    (State.WORDS_ONLY, Act.NUMBERS_SPEAK): State.EXPLAINED,
    (State.WORDS_ONLY, Act.DROP): State.DECIDED,
    (State.WORDS_ONLY, Act.FIND_NO_CAUSE): State.NO_CAUSE,
    (State.EXPLAINED, Act.NUMBERS_GO): State.WORDS_ONLY,
    (State.EXPLAINED, Act.PEOPLE_GO): State.NUMBERS_ONLY,
    (State.EXPLAINED, Act.DECIDE): State.DECIDED,
    (State.EXPLAINED, Act.DROP): State.DECIDED,
    (State.DECIDED, Act.REOPEN): State.UNEXPLAINED,
    (State.NO_CAUSE, Act.REOPEN): State.UNEXPLAINED,
}

SPEAK = {Side.QUANT: Act.NUMBERS_SPEAK, Side.QUAL: Act.PEOPLE_SPEAK}
GO = {Side.QUANT: Act.NUMBERS_GO, Side.QUAL: Act.PEOPLE_GO}
DECIDE = {
    Decision.BUILD: Act.DECIDE,
    Decision.TEST: Act.DECIDE,
    Decision.DROP: Act.DROP,
    Decision.NO_CAUSE: Act.FIND_NO_CAUSE,
}

#: What a refusal names as missing.
MISSING = {
    State.UNEXPLAINED: "a number and somebody's own words are missing",
    State.NUMBERS_ONLY: "somebody's own words are missing: numbers alone never close it",
    State.WORDS_ONLY: "a number is missing: words alone never close it",
    State.EXPLAINED: "both sides have spoken: decide build, test or drop",
    State.DECIDED: "it is decided: reopen it first",
    State.NO_CAUSE: "it is closed without a cause: reopen it first",
}


def follow(state: State, act: Act) -> State:
    """Return the state after `act`; raises Conflict where the table has no such step."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(f"not possible: {MISSING[state]}", state=state)
    return after


def heard(state: State, sides: Iterable[Side]) -> State:
    """Return the state once each of `sides` has spoken; one that has already changes nothing."""
    for side in sorted(set(sides), key=list(Side).index):
        state = TRANSITIONS.get((state, SPEAK[side]), state)
    return state


def sides_of(state: State) -> frozenset[Side]:
    """Return which sides have spoken in an open state."""
    return {
        State.NUMBERS_ONLY: frozenset({Side.QUANT}),
        State.WORDS_ONLY: frozenset({Side.QUAL}),
        State.EXPLAINED: frozenset(Side),
    }.get(state, frozenset())
