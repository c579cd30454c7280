"""What the templates of investigations are given: frozen values, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import LinkCard, Option, QuoteCard, StateTag
from synth.investigations.health import Formula


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """An investigation in a list."""

    id: str
    question: str
    state: StateTag
    owner: str
    due: str
    late: str  #: "3 days overdue"; empty: in time
    subject: tuple[str, str]  #: (words, address) of the anomaly or account


@dataclass(frozen=True, kw_only=True)
class TriggerRow:
    """A trigger in a list, in words."""

    id: str
    name: str
    words: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class CaseListPage:
    """investigations.html."""

    overdue: Sequence[CaseRow]
    open: Sequence[CaseRow]
    ended: Sequence[CaseRow]
    triggers: Sequence[TriggerRow]
    kinds: Sequence[Option]
    metrics: Sequence[Option]
    may_investigate: bool


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line of the task list: done or not, said by what is there."""

    words: str
    is_done: bool
    detail: str
    dots: Sequence[bool] = ()  #: filled for each person there is, of those asked for


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session to watch."""

    session_id: str
    who: str
    when: str
    why: str
    start: str  #: where to begin; empty: at the beginning
    href: str  #: the recording; empty: known by its id only
    note_href: str  #: the note about it; empty: none
    is_watched: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class RecruitRow:
    """Somebody to ask."""

    pseudonym: str
    external_id: str
    segments: str


@dataclass(frozen=True, kw_only=True)
class LayerPart:
    """A layer of the guide."""

    name: str
    purpose: str
    questions: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class FieldPart:
    """Sessions and people of a slice, and the guide to talk with them."""

    playlist: Sequence[SessionRow]
    more_sessions: int
    recruits: Sequence[RecruitRow]
    more_recruits: int
    left_out: str  #: how many are not named, and why; empty: none
    opening: str
    layers: Sequence[LayerPart]


@dataclass(frozen=True, kw_only=True)
class LintPart:
    """What the check of a question says."""

    question: str
    problems: Sequence[tuple[str, str, str]]  #: (fault, reason, better)


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """investigation.html."""

    row: CaseRow
    who: str
    method: str
    learnt: Sequence[tuple[str, str, str]]  #: (title, address, day)
    tasks: Sequence[Task]
    hours: Sequence[tuple[str, str]]
    field: FieldPart
    lint: LintPart | None
    decision: Sequence[tuple[str, str]]  #: how it ended; empty: it is open
    missing: str  #: what stands in the way of a decision
    may_decide: bool
    may_investigate: bool
    is_open: bool
    deadline: str  #: ISO day, for the form
    targets: tuple[int, int]
    owners: Sequence[Option]
    account_themes: Sequence[tuple[str, str, str]] = ()  #: (title, address, k of n of its people)
    errors: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """What a side said."""

    id: str
    words: str
    href: str
    note: str
    quote: QuoteCard | None = None


@dataclass(frozen=True, kw_only=True)
class TermRow:
    """A factor of the impact as shown and as edited."""

    name: str
    kind: str
    value: str  #: "500", "90 of 500 (15-22 %)", "50 % assumed"
    unit: str
    origin: str
    source: str
    editor: str
    result: str  #: what stands after it, with its interval
    raw_value: str
    raw_k: str
    raw_n: str


@dataclass(frozen=True, kw_only=True)
class EvidencePage:
    """investigation_evidence.html."""

    row: CaseRow
    numbers: Sequence[FindingRow]
    people: Sequence[FindingRow]
    links: Sequence[LinkCard]  #: tested pairs that can speak for the numbers
    link_ids: Sequence[str]
    quotes: Sequence[tuple[str, QuoteCard]]  #: (chunk id, passage of somebody hit)
    terms: Sequence[TermRow]
    blank: int  #: empty rows of the form
    total: str
    caution: str  #: which factors have no interval
    kinds: Sequence[str]
    origins: Sequence[str]
    has_impact: bool  #: the impact is a finding already
    may_investigate: bool
    is_open: bool
    errors: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """An account with its score, what it is made of, and its own themes."""

    account: str
    score: str
    change: str
    has_fallen: bool
    people: str
    few: str
    parts: Sequence[str]
    themes: Sequence[tuple[str, str, str]]  #: (title, address, k of n of its people)
    case_href: str  #: the open check-in; empty: none


@dataclass(frozen=True, kw_only=True)
class AccountListPage:
    """accounts.html."""

    rows: Sequence[AccountRow]
    formula: Formula
    words: str
    may_investigate: bool
    errors: Sequence[tuple[str, str]] = ()
