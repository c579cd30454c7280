"""Tables of states: what may follow what, and the refusal where nothing does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from synth.errors import Conflict

S = TypeVar("S")
A = TypeVar("A")


def step(
    table: Mapping[tuple[S, A], S], state: S, act: A, *, noun: str, done: Mapping[A, str]
) -> S:
    """Return the state after `act`.

    Raises:
        Conflict: the table has no such step; the message says what is possible. `noun` is for
            example "an insight", `done` has for each act a word such as "closed".
    """
    after = table.get((state, act))
    if after is None:
        allowed = ", ".join(map(str, possible(table, state))) or "nothing more"
        raise Conflict(
            f"{noun} that is {state} cannot be {done[act]}; it allows {allowed}", state=state
        )
    return after


def possible(table: Mapping[tuple[S, A], S], state: S) -> list[A]:
    """Return what can be done in `state`, in the order of the table."""
    return [act for start, act in table if start is state]
