"""E16: did what contradicts a hypothesis surface? Cannot see contradiction nobody planted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from evals.types import Score

NAME = "counter_evidence"
DEPTH = 5


def recall(item: str, ranked: Sequence[str], planted: Collection[str]) -> Score:
    """Return the share of `planted` ids among the first five of `ranked`; at most five planted.

    Raises:
        ValueError: nothing is planted, or more than five are.
    """
    if not 0 < len(set(planted)) <= DEPTH:
        raise ValueError(f"need 1 to {DEPTH} planted, found {len(set(planted))}")
    found = set(ranked[:DEPTH]) & set(planted)
    missed = sorted(set(planted) - found)
    return Score(
        name=NAME,
        item=item,
        value=len(found) / len(set(planted)),
        cluster=item,
        evidence=f"missed {', '.join(missed)}" if missed else "",
    )


def cites(item: str, cited_against: Collection[str], note: str, planted: Collection[str]) -> Score:
    """Return 1 if a draft cites planted contradiction, and does not say that there is none."""
    shown = bool(set(cited_against) & set(planted)) and "none" not in note
    return Score(name="drafts_that_cite", item=item, value=float(shown), cluster=item)
