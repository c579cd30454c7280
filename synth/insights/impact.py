"""What a problem costs: an amount times its shares, every step shown so that all can recompute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.insights.types import Impact


@dataclass(frozen=True, kw_only=True)
class ImpactStep:
    """One line of the arithmetic: "500 x 18 % fail = 90"."""

    words: str
    value: float


def compute_impact(impact: Impact) -> list[ImpactStep]:
    """Return the steps from the amount to the result; the last one's value is the result."""
    value = impact.amount
    steps = []
    for factor in impact.factors:
        after = round(value * factor.share, 9)
        words = f"{value:g} × {100 * factor.share:g} % {factor.label} = {after:g}"
        steps.append(ImpactStep(words=words, value=after))
        value = after
    return steps or [ImpactStep(words=f"{value:g} {impact.amount_words}", value=value)]


def impact_result(impact: Impact) -> float:
    """Return what comes out, for example 45 of 500 x 18 % x 50 %."""
    return compute_impact(impact)[-1].value


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How much of a whole a few parts hold, and what they leave."""

    parts: Sequence[int]
    held: int
    total: int

    @property
    def rest(self) -> int:
        """Return what is in none of the parts."""
        return self.total - self.held

    def __str__(self) -> str:
        """Return for example "35 + 22 + 18 = 75 of 100; 25 in none of them"."""
        return (
            f"{' + '.join(map(str, self.parts))} = {self.held} of {self.total}; "
            f"{self.rest} in none of them"
        )


def cover(parts: Sequence[int], total: int) -> Coverage:
    """Return what disjoint parts hold of `total`.

    Raises:
        ValueError: the parts are more than the whole, so they cannot be disjoint.
    """
    held = sum(parts)
    if held > total or min(parts, default=0) < 0:
        raise ValueError(f"parts {list(parts)} are not disjoint parts of {total}")
    return Coverage(parts=tuple(parts), held=held, total=total)
