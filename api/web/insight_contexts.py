"""What the pages of insights are given: the repository, one story with its loop, the backlog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.chart_contexts import SeriesChart
from api.web.contexts import InsightRow
from api.web.part_contexts import Change, ClaimRow, Count, Option, QuoteCard, StateTag


@dataclass(frozen=True, kw_only=True)
class StandingRow:
    """An insight in the list, with where it stands."""

    row: InsightRow
    state: StateTag
    decision: str  #: "test by Pia until 20 Mar"; empty: nothing decided
    overdue: str  #: why it is late, in words; empty: it is not
    flags: Sequence[str]  #: other reasons to look again
    labels: Sequence[tuple[str, str]]  #: (kind, value)


@dataclass(frozen=True, kw_only=True)
class InsightListPage:
    """insights.html."""

    rows: Sequence[StandingRow]
    late: Sequence[StandingRow]
    summary: str
    query: str
    states: Sequence[Option]
    flags: Sequence[Option]
    labels: Sequence[Option]
    metrics: Sequence[Option]
    is_filtered: bool
    may_export: bool


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One outcome in numbers."""

    subject: str
    before: str
    after: str
    relative: str
    verdict: StateTag
    words: str
    when: str
    source: str  #: experiment, variant and control it was taken over from; empty: typed


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    """An imported experiment whose numbers an outcome may take over."""

    experiment_id: str
    name: str
    variants: Sequence[Option]


@dataclass(frozen=True, kw_only=True)
class CandidateCard:
    """A passage said since the test began, which can be recorded as it stands."""

    chunk_id: str
    quote: QuoteCard


@dataclass(frozen=True, kw_only=True)
class LoopForms:
    """What this person may do next, and what the forms offer."""

    may_decide: bool
    may_test: bool
    may_record: bool
    may_label: bool
    may_reopen: bool
    choices: Sequence[Option]
    owners: Sequence[Option]
    deadline: str  #: two weeks from now, as a day
    today: str
    kinds: Sequence[Option]
    labels: Sequence[tuple[str, str, str]]  #: (kind, label, values with commas)
    candidates: Sequence[CandidateCard]
    missing: Sequence[str]  #: what closing still needs
    reasons: Sequence[Option]  #: for reopening
    segment: str  #: of the anomaly, as NAME=VALUE
    own_values: tuple[str, str]  #: baseline and target, as numbers
    experiments: Sequence[Option]  #: whose results a test may take over
    takeovers: Sequence[TakeOver]  #: whose numbers can be taken over now
    to_import: str  #: what has to be imported before; empty: nothing


@dataclass(frozen=True, kw_only=True)
class InsightPage:
    """insight.html."""

    id: str
    row: InsightRow
    state: StateTag
    overdue: str
    flags: Sequence[str]
    labels: Sequence[tuple[str, str]]
    change: Change
    because: str
    claims: Sequence[ClaimRow]
    quotes: Sequence[QuoteCard]
    against: Sequence[QuoteCard]
    counter_note: str
    also_in: Sequence[tuple[str, str, Count]]  #: (headline, address, people) of other anomalies
    anomaly: tuple[str, str]
    theme: tuple[str, str]
    chart: SeriesChart | None
    approval: Sequence[tuple[str, str]]
    decision: str
    decision_note: str
    history: Sequence[tuple[str, str]]  #: (day, what was done)
    tests: Sequence[tuple[str, str]]  #: (name, kind, split and days in words)
    results: Sequence[ResultRow]
    gaps: Sequence[str]
    heard: Sequence[QuoteCard]
    lost: Sequence[str]
    impact: Sequence[str]  #: what it costs, step by step
    learning: str
    learnt_by: str
    findings: Sequence[tuple[str, str]]  #: (title, state)
    forms: LoopForms
    errors: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """case.html."""

    study: object
    href: str  #: of the Markdown


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """An item of the backlog."""

    id: str
    title: str
    kind: str
    state: StateTag
    gate: Sequence[StateTag]
    owner: str
    insights: Sequence[tuple[str, str]]  #: (title, address)
    override: str
    when: str
    moves: Sequence[Option]


@dataclass(frozen=True, kw_only=True)
class BacklogPage:
    """backlog.html."""

    rows: Sequence[ItemRow]
    kinds: Sequence[Option]
    insights: Sequence[Option]
    may_add: bool
    may_move: bool
    errors: Sequence[tuple[str, str]]
