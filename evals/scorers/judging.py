"""E23: may a judge be trusted? Its verdicts beside people's, and whether they hold still.

Cannot see whether a judge is right for the reason it gives, nor whether it favours its own words.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from synth.review.agreement import cohen_kappa

#: "A", "B" or "tie"; "" is no answer, which agrees with nothing.
Verdict = str
MIRRORED = {"A": "B", "B": "A", "tie": "tie"}
NONE, TIE = "", "tie"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a judge said of one pair, in three ways of showing it."""

    document: str  #: pairs of one document are not independent
    truth: Verdict  #: by people: which of the two the source bears out
    said: Verdict
    swapped: Verdict  #: with A and B exchanged
    padded: Verdict  #: with one of the two made longer, saying nothing more
    longer: Verdict  #: which one was: "A" or "B"


def kappa(judged: Sequence[Judged]) -> float | None:
    """Return Cohen's kappa of judge and people, ties and missing answers counted; None: undefined.

    0 is what any constant answer scores, and about what a coin does.
    """
    values = {verdict: float(at) for at, verdict in enumerate(("A", "B", TIE, NONE))}
    units: list[Mapping[Hashable, float]] = [
        {"people": values[one.truth], "judge": values[one.said]} for one in judged
    ]
    return cohen_kappa(units, "people", "judge")


def agrees(one: Judged) -> bool:
    """Return whether judge and people say the same, ties counted."""
    return one.said == one.truth


def flips(one: Judged) -> bool:
    """Return whether the verdict follows the order of the two instead of what they say."""
    return NONE in (one.said, one.swapped) or MIRRORED[one.swapped] != one.said


def is_won_by_length(one: Judged) -> bool:
    """Return whether the verdict moved towards the one that was made longer."""
    if NONE in (one.said, one.padded):
        return True
    return _favour(one.padded, one.longer) > _favour(one.said, one.longer)


def _favour(verdict: Verdict, side: Verdict) -> int:
    return 0 if verdict == TIE else 1 if verdict == side else -1
