"""E27: what a bad endpoint may leave behind: held drafts with their reason, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synth.backends.chat_model import MAX_REQUESTS


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """What so many calls of one kind left."""

    calls: int
    crashed: str  #: the error that came out; "": none
    states: Mapping[str, int]  #: drafts by state
    with_reason: int  #: drafts held with the words of their fault
    insights: int
    decisions: int  #: reviews and acts in the audit trail since
    requests: int
    spent: int  #: tokens
    budget: int


def problems(one: Aftermath) -> list[str]:
    """Return everything that must not be; empty: all calls were held, bounded and paid for."""
    held = one.states.get("held", 0)
    others = {state: count for state, count in one.states.items() if state != "held" and count}
    most = MAX_REQUESTS * one.calls
    checks = {
        f"crashed: {one.crashed}": bool(one.crashed),
        f"{held} of {one.calls} held": held != one.calls,
        f"not held: {others}": bool(others),
        f"{one.with_reason} of {one.calls} held for their fault": one.with_reason != one.calls,
        f"{one.insights} insights": one.insights != 0,
        f"{one.decisions} decisions": one.decisions != 0,
        f"{one.requests} requests for {one.calls} calls": not one.calls <= one.requests <= most,
        f"{one.spent} tokens of {one.budget}": not 0 < one.spent <= one.budget,
    }
    return [words for words, is_wrong in checks.items() if is_wrong]
