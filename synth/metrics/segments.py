"""Slices: how one is written, and who is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from synth.core.fingerprints import canonical_json

#: Everybody.
EVERYBODY = "{}"


def segment_key(segment: Mapping[str, str]) -> str:
    """Return the canonical JSON of a slice: equal slices, equal text."""
    return canonical_json(dict(segment))


def parse_segment(key: str) -> dict[str, str]:
    """Return the slice of a canonical JSON."""
    return {str(name): str(value) for name, value in json.loads(key).items()}


def describe_segment(segment: Mapping[str, str]) -> str:
    """Return for example "plan enterprise, platform web", or "everybody"."""
    return ", ".join(f"{name} {value}" for name, value in sorted(segment.items())) or "everybody"


def is_within(segment: Mapping[str, str], slice_: Mapping[str, str]) -> bool:
    """Return whether somebody with these segments belongs to the slice."""
    return all(segment.get(name) == value for name, value in slice_.items())
