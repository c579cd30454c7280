"""A planted world: people, what they said, what moved, and the truth about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from synth.metrics.types import AnomalyPeople, Metric


class Part(StrEnum):
    """What a theme is in its world."""

    CAUSE = "cause"  #: who says it is hit more often, from the onset or before
    LOUD = "loud"  #: constant, louder than the cause, nothing to do with the move
    ELSEWHERE = "elsewhere"  #: the same week, louder, in another slice
    AFTERWARDS = "afterwards"  #: the people hit say it, but begin only after the move
    POWER = "power"  #: said by heavy users, who are also hit more often, whatever they say
    PLAIN = "plain"  #: a quiet theme that has nothing to do with the move


@dataclass(frozen=True, kw_only=True)
class Said:
    """One passage."""

    person: str
    theme: str  #: the truth: key of the bank theme
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything a method may see, and the truth it is scored by."""

    seed: int
    metric: Metric
    anomaly: AnomalyPeople
    segments: Mapping[str, Mapping[str, str]]  #: of every person heard or measured
    said: tuple[Said, ...]
    unmapped: float  #: share of the people heard whom analytics does not know
    parts: Mapping[str, Part]  #: bank theme -> what it is
    lift: float | None  #: of the cause; None in a null world
    power: float | None  #: chance that the planted effect can be seen at all, from the truth
    usage: Mapping[str, int] = field(default_factory=dict)  #: active days before the move

    @property
    def cause(self) -> str | None:
        """Return the bank theme that is the cause, or None in a null world."""
        causes = [key for key, part in self.parts.items() if part is Part.CAUSE]
        return causes[0] if causes else None

    @property
    def causes(self) -> frozenset[str]:
        """Return the bank themes that are causes; none in a null world."""
        return frozenset(key for key, part in self.parts.items() if part is Part.CAUSE)

    @property
    def people(self) -> frozenset[str]:
        """Return everybody who said something."""
        return frozenset(said.person for said in self.said)
