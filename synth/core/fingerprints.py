"""Hashes of bytes, texts and values."""

from __future__ import annotations

import hashlib
import json


def sha256_bytes(data: bytes) -> str:
    """Return the hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def sha256_text(text: str) -> str:
    """Return the hex SHA-256 of `text` in UTF-8."""
    return sha256_bytes(text.encode("utf-8"))


def canonical_json(value: object) -> str:
    """Return `value` as JSON with sorted keys, no spaces, no NaN: equal values, equal text."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def fingerprint(value: object) -> str:
    """Return the hex SHA-256 of a JSON-able value."""
    return sha256_text(canonical_json(value))
