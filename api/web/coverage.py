"""Says how far the people heard and the people measured are known to be the same."""

from __future__ import annotations

from api.web.format import counted
from synth.people.types import Coverage


def coverage_words(found: Coverage) -> str:
    """Return who is on one side only, in people; "" while one side is empty."""
    if not found.heard or not found.measured:
        return ""
    if found.heard == found.measured == found.both:
        return f"all {counted(found.heard, 'person', 'people')} heard were measured too"
    return (
        f"{found.heard - found.both:,} of {counted(found.heard, 'person', 'people')} heard "
        f"{_was(found.heard - found.both)} never measured, and "
        f"{found.measured - found.both:,} of {found.measured:,} measured "
        f"{_was(found.measured - found.both)} never heard"
    )


def unheard_words(heard: int, hit: int) -> str:
    """Return how many of the people an anomaly hit were never heard; "" where all were."""
    silent = hit - heard
    if not silent:
        return ""
    return f"{silent:,} of {counted(hit, 'person', 'people')} hit {_was(silent)} never heard"


def _was(number: int) -> str:
    return "was" if number == 1 else "were"
