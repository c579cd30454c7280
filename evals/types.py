"""What an eval is given, what a scorer says, what a run reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Protocol


class Verdict(StrEnum):
    """What a target made of the numbers; skipped is never passed."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One scorer's word on one item, in [0, 1]; `cluster` is the document or person it is from."""

    name: str
    item: str
    value: float
    cluster: str = ""
    evidence: str = ""
    errored: bool = False  #: counts as 0 and is reported apart

    def __post_init__(self) -> None:
        """Refuse NaN and values outside the range."""
        if not isfinite(self.value) or not 0 <= self.value <= 1:
            raise ValueError(f"score {self.name} of {self.item} must be in 0..1: {self.value}")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A metric with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class EvalResult:
    """One eval on one set: the line `synth eval run --json` prints."""

    id: str
    set: str
    metrics: Mapping[str, Estimate]
    n: int
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A corrupted output and whether its scorer noticed."""

    eval_id: str
    name: str
    killed: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class EvalContext:
    """What a run was asked for."""

    data: Path | None  #: folder shaped like the public data folder; None: sets are skipped
    seed: int = 7
    full: bool = False  #: the sizes of the published figures instead of a quick look
    options: Mapping[str, str] = field(default_factory=dict)  #: texts, text_column, ...


class Suite(Protocol):
    """A module `evals.suites.<name>`: one capability."""

    ID: str

    def run(self, context: EvalContext) -> list[EvalResult]:
        """Return one result per set; a set that is absent gives a skipped one with the reason."""
        ...

    def mutants(self, context: EvalContext) -> list[Mutant]:
        """Return what the scorers did with corrupted outputs."""
        ...
