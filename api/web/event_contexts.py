"""What the pages of events, and of rules and funnels over them, show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import Count, Notice, StateTag


@dataclass(frozen=True, kw_only=True)
class MatchPart:
    """What a rule matched in one slice."""

    slice: str  #: empty: everybody
    people: Count
    state: StateTag
    href: str  #: of its anomaly, where the rule holds


@dataclass(frozen=True, kw_only=True)
class RulePart:
    """A rule as it was written, and what it matched."""

    name: str
    text: str
    when: str
    matches: Sequence[MatchPart]


@dataclass(frozen=True, kw_only=True)
class StepPart:
    """A step of a funnel with where its two metrics stand now."""

    number: int
    name: str
    went_on: str  #: empty at the last step, or before the first detection
    went_on_href: str
    seconds: str
    seconds_href: str


@dataclass(frozen=True, kw_only=True)
class FunnelPart:
    """A funnel with its steps."""

    name: str
    window: str
    steps: Sequence[StepPart]
    is_measured: bool


@dataclass(frozen=True, kw_only=True)
class RulesPage:
    """rules.html."""

    rules: Sequence[RulePart]
    funnels: Sequence[FunnelPart]
    events: Sequence[tuple[str, str]]  #: name, how often
    more_events: int
    may_edit: bool
    no_events: Notice | None
    text: str = ""  #: what was being written
    fault: str = ""  #: what is wrong with it, marked at the word
    checked: Sequence[RulePart] = ()
    funnel_text: tuple[str, str, str] = ("", "", "7d")  #: name, steps, window being written
    funnel_fault: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What an upload brought."""

    filename: str
    summary: str  #: rows read, events new, rows left out
    problems: Sequence[str]  #: the first of them, with their line
    more: str  #: how many are not listed; empty: none
    ignored: Sequence[str]  #: columns that are not read


@dataclass(frozen=True, kw_only=True)
class EventNameRow:
    """One event name and how much of it there is."""

    name: str
    events: str
    people: str
    when: str


@dataclass(frozen=True, kw_only=True)
class EventsPage:
    """events.html."""

    summary: str
    names: Sequence[EventNameRow]
    more: str  #: how many names are not listed; empty: none
    may_import: bool
    limit: str  #: largest file a page takes
    empty: Notice | None
    result: ImportResult | None
    errors: Sequence[str]
