"""The hash chain: each event's HMAC covers the one before it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from synth.core.fingerprints import canonical_json

GENESIS = "0" * 64

#: Who acts where the machine does.
MACHINE = "synth"


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """One act; `data` holds ids and codes only, never text of a person."""

    seq: int
    at: datetime
    actor_id: str
    action: str
    subject_kind: str
    subject_id: str
    data: dict[str, Any]
    previous_hash: str
    hash: str


def chain_hash(secret: bytes, event: AuditEvent) -> str:
    """Return HMAC-SHA256 over the previous hash and the event's canonical JSON."""
    body = canonical_json(
        [
            event.seq,
            event.at.isoformat(),
            event.actor_id,
            event.action,
            event.subject_kind,
            event.subject_id,
            event.data,
        ]
    )
    message = f"{event.previous_hash}{body}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def find_break(secret: bytes, events: Iterable[AuditEvent]) -> str | None:
    """Return what is wrong with the chain and where, or None if it is intact."""
    expected_seq, previous = 1, GENESIS
    for event in events:
        if event.seq != expected_seq:
            return f"event {expected_seq} is missing"
        if event.previous_hash != previous:
            return f"event {event.seq} does not follow event {event.seq - 1}"
        if not hmac.compare_digest(event.hash, chain_hash(secret, event)):
            return f"event {event.seq} was changed"
        expected_seq, previous = event.seq + 1, event.hash
    return None
