"""What a benchmark measures and what it must reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Protocol, TypeAlias

#: A JSON value without lists of mixed things: what a benchmark says of one side.
Side: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One number against its target."""

    name: str
    value: float
    target: float
    at_most: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers that are none."""
        if not isfinite(self.value) or not isfinite(self.target):
            raise ValueError(f"{self.name} is no number: {self.value} against {self.target}")

    @property
    def met(self) -> bool:
        """Return whether the target is reached."""
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, kw_only=True)
class BenchResult:
    """One benchmark: the line `synth bench --json` prints."""

    id: str
    ours: Side
    peer: Side | None  #: with a `name`; None where the target sets us beside ourselves
    ratio: float | None  #: how many times better than the peer; None: not compared
    n: int
    versions: Mapping[str, str]
    checks: tuple[Check, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a comparison that was not measured."""
        if self.ratio is not None and not (isfinite(self.ratio) and self.ratio > 0):
            raise ValueError(f"{self.id}: the ratio is no number: {self.ratio}")
        if self.n <= 0:
            raise ValueError(f"{self.id} measured nothing")


@dataclass(frozen=True, kw_only=True)
class BenchContext:
    """What a run was asked for."""

    data: Path | None  #: folder shaped like the public data folder; None: made texts and vectors
    seed: int = 7
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  #: by id; for tests


class Benchmark(Protocol):
    """A module `evals.benchmarks.<id>_<name>`."""

    ID: str

    def run(self, context: BenchContext) -> BenchResult:
        """Return what was measured."""
        ...
