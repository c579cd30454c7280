"""What experiments.html shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import Notice, Option, StateTag


@dataclass(frozen=True, kw_only=True)
class EffectRow:
    """What a variant did to a metric."""

    metric: str
    variant: str
    control: str  #: value of the control, with its counts
    value: str
    change: str  #: relative, with its interval
    swings: bool


@dataclass(frozen=True, kw_only=True)
class ExperimentCard:
    """An experiment with who of its people was spoken with."""

    id: str
    name: str
    when: str
    follows: str
    effects: Sequence[EffectRow]
    state: StateTag
    talks: str
    waits: str
    filled: int  #: people spoken with, up to those needed
    needed: int  #: 0: no talks are needed
    interviews: Sequence[tuple[str, str]]  #: (title, id) of those tagged
    offered: Sequence[Option]  #: interviews that could be


@dataclass(frozen=True, kw_only=True)
class ExperimentsPage:
    """experiments.html."""

    experiments: Sequence[ExperimentCard]
    may_import: bool
    may_tag: bool
    empty: Notice | None
    errors: Sequence[str] = ()
