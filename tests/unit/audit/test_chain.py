from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.audit.chain import GENESIS, AuditEvent, chain_hash, find_break

SECRET = b"s" * 32
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def chain(length):
    events, previous = [], GENESIS
    for seq in range(1, length + 1):
        draft = AuditEvent(
            seq=seq,
            at=NOON,
            actor_id=f"m{seq % 3}",
            action="review.approve",
            subject_kind="hypothesis",
            subject_id=f"h{seq}",
            data={"revision": seq},
            previous_hash=previous,
            hash="",
        )
        events.append(replace(draft, hash=chain_hash(SECRET, draft)))
        previous = events[-1].hash
    return events


def test_an_untouched_chain_is_intact():
    assert find_break(SECRET, chain(20)) is None


CHANGES = {
    "actor": lambda event: replace(event, actor_id="other"),
    "action": lambda event: replace(event, action="review.reject"),
    "subject": lambda event: replace(event, subject_id="other"),
    "data": lambda event: replace(event, data={"revision": 99}),
    "time": lambda event: replace(event, at=NOON.replace(hour=13)),
    "hash": lambda event: replace(event, hash="0" * 64),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@given(position=st.integers(0, 9))
def test_any_change_to_any_event_is_found(change, position):
    events = chain(10)
    events[position] = change(events[position])
    assert find_break(SECRET, events) is not None


@given(position=st.integers(0, 8))
def test_a_removed_event_is_found(position):
    events = chain(10)
    del events[position]
    assert find_break(SECRET, events) == f"event {position + 1} is missing"


def test_a_chain_rewritten_with_another_secret_is_found():
    assert find_break(b"t" * 32, chain(3)) == "event 1 was changed"
