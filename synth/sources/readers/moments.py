"""Times as exports write them: ISO 8601, or seconds and milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime

from synth.core.periods import parse_moment

MILLISECONDS_FROM = 100_000_000_000


def read_moment(text: str) -> datetime | None:
    """Return the UTC time `text` names, or None; day and month are never guessed."""
    cleaned = text.strip().removesuffix(" UTC").replace(" Z", "Z")
    if not cleaned:
        return None
    try:
        if cleaned.isdigit() and len(cleaned) in (10, 13):
            number = int(cleaned)
            return datetime.fromtimestamp(
                number / 1000 if number >= MILLISECONDS_FROM else number, tz=UTC
            )
        return parse_moment(cleaned)
    except (ValueError, OverflowError):
        return None
