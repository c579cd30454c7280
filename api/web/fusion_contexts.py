"""What the pages of the rhythm are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import Count, Option, StateTag


@dataclass(frozen=True, kw_only=True)
class FusionRow:
    """One fusion metric."""

    key: str
    name: str
    words: str
    verdict: StateTag
    formula: str
    target: str
    share: Count | None
    direction: str
    trend: Sequence[tuple[str, str]]  #: (month, value in words)
    instances: Sequence[tuple[str, str, str]]  #: (title, address, words)


@dataclass(frozen=True, kw_only=True)
class FusionPage:
    """fusion.html."""

    tabs: Sequence[tuple[str, str, bool]]  #: (words, address, whether it is this page)
    six: Sequence[FusionRow]
    beside: Sequence[FusionRow]
    quarter: str
    metrics: Sequence[Option]  #: key metrics are chosen ones
    north_star: Sequence[Option]
    may_decide: bool
    errors: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """One point of the review."""

    kind: StateTag
    sentence: str
    href: str
    context: str
    quote: str
    speaker: str
    proposed: str
    owner: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class AgendaPage:
    """agenda.html."""

    tabs: Sequence[tuple[str, str, bool]]
    lead: str
    rows: Sequence[AgendaRow]
    waiting: int
    may_hold: bool
    today: str


@dataclass(frozen=True, kw_only=True)
class CadenceRow:
    """The weeks of one product manager."""

    name: str
    weeks: Sequence[tuple[str, bool]]  #: (anomalies and conversations, whether it was full)
    behind: str
    steady: str


@dataclass(frozen=True, kw_only=True)
class CadencePage:
    """cadence.html."""

    tabs: Sequence[tuple[str, str, bool]]
    weeks: Sequence[str]
    rows: Sequence[CadenceRow]


@dataclass(frozen=True, kw_only=True)
class ChecklistPage:
    """checklist.html."""

    tabs: Sequence[tuple[str, str, bool]]
    done: int
    steps: Sequence[tuple[str, str, str, bool]]  #: (what, how much there is, address, done)


@dataclass(frozen=True, kw_only=True)
class PackPage:
    """pack.html."""

    tabs: Sequence[tuple[str, str, bool]]
    pack: object
