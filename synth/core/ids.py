"""Identifiers: random ones that sort by time, derived ones that never change."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid

#: Namespace of every derived id; changing it would change all of them.
NAMESPACE = uuid.UUID("5f0c9a3e-0f4a-5b7e-9d2b-6b1d3c1e7a10")


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def derive_id(*parts: object) -> str:
    """Return the UUIDv5-style id of `parts`: the same parts give the same id everywhere."""
    digest = hashlib.sha256(NAMESPACE.bytes)
    for part in parts:
        encoded = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return str(uuid.UUID(bytes=digest.digest()[:16], version=5))
