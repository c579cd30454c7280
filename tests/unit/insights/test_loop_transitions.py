"""The table of the loop: what the words of the product forbid is not in it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import Conflict
from synth.insights.transitions import DONE, TRANSITIONS, LoopAct, follow, possible
from synth.insights.types import LoopState

acts = st.lists(st.sampled_from(list(LoopAct)), max_size=12)


def walk(steps):
    """Return the acts that worked and the states they led to, from an approval on."""
    state, done = LoopState.APPROVED, []
    for act in steps:
        try:
            state = follow(state, act)
        except Conflict:
            continue
        done.append((act, state))
    return done


@given(steps=acts)
def test_nothing_closes_untried_and_nothing_is_tried_undecided(steps):
    done = [act for act, _ in walk(steps)]
    for place, act in enumerate(done):
        since = done[:place]
        reopened = max((at for at, one in enumerate(since) if one is LoopAct.REOPEN), default=-1)
        if act is LoopAct.CLOSE:
            assert LoopAct.TEST in since[reopened + 1 :]
        if act in (LoopAct.TEST, LoopAct.RECORD):
            assert LoopAct.DECIDE in since[reopened + 1 :]


@given(steps=acts)
def test_what_ended_only_opens_again(steps):
    done = walk(steps)
    for (_, state), (act, _) in itertools.pairwise(done):
        if state in (LoopState.CLOSED, LoopState.DROPPED):
            assert act is LoopAct.REOPEN


def test_every_state_can_be_reached_and_left():
    reached = {LoopState.APPROVED, *TRANSITIONS.values()}
    assert reached == set(LoopState) == {state for state, _ in TRANSITIONS}
    assert {act for _, act in TRANSITIONS} == set(LoopAct) == set(DONE)


def test_a_refusal_names_what_is_allowed():
    with pytest.raises(Conflict, match="that is approved cannot be closed; it allows decide, drop"):
        follow(LoopState.APPROVED, LoopAct.CLOSE)
    assert possible(LoopState.CLOSED) == [LoopAct.REOPEN]
