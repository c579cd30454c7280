"""What each partial is given: frozen values, ready to print, one dataclass per macro."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.chart_contexts import IntervalRow
from synth.core.proportions import Proportion


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What surrounds every page; without a person there is no navigation."""

    title: str
    section: str = ""  #: which entry of the navigation is open
    crumbs: Sequence[tuple[str, str]] = ()  #: (words, address) of the pages above
    person: str = ""
    roles: str = ""
    csrf_token: str = ""
    to_review: int = 0
    as_of: str = ""
    notice: str = ""  #: said once, after an action
    notice_href: str = ""  #: the draft it is about, where the page shows another
    notice_seen: str = ""  #: its revision, where the decision can be taken back


@dataclass(frozen=True, kw_only=True)
class Count:
    """People: k of N, its interval as words and as a bar."""

    share: Proportion
    noun: str = "people"


@dataclass(frozen=True, kw_only=True)
class Change:
    """From one value to another, better or worse."""

    before: str
    after: str
    is_up: bool
    is_worse: bool
    against: str = ""  #: what `before` is where nothing moved: "target", "elsewhere"


@dataclass(frozen=True, kw_only=True)
class StateTag:
    """A state as word, icon and edge."""

    word: str
    tone: str = "plain"  #: "plain", "draft", "approved", "held", "against"
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteCard:
    """What a customer said, with its place; `before` and `after` are the rest of the passage."""

    text: str
    href: str
    speaker: str
    details: Sequence[str] = ()  #: segment, kind, date, time
    number: int = 0  #: the citation's number; 0: none
    side: str = ""  #: "for", "against" or nothing
    before: str = ""
    after: str = ""
    turns_before: Sequence[ContextTurn] = ()
    turns_after: Sequence[ContextTurn] = ()


@dataclass(frozen=True, kw_only=True)
class ContextTurn:
    """What was said just before or after a quote."""

    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """One sentence a reviewer ticks, and the numbers of the citations under it."""

    position: int
    text: str
    kind: str
    cites: Sequence[int]
    is_ticked: bool = False


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a form."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionBar:
    """What this person may do with a draft, or who can instead."""

    hypothesis_id: str
    seen: str  #: the revision on this page
    may_decide: bool
    may_edit: bool
    why_not: str
    deciders: Sequence[str]
    reasons: Sequence[Option]
    total: int  #: claims to tick
    may_reject: bool = False
    may_release: bool = False  #: a check holds it
    take_back: str = ""  #: what follows if this person takes a decision back; empty: they cannot


@dataclass(frozen=True, kw_only=True)
class DraftCard:
    """A draft in a list."""

    id: str
    title: str
    statement: str
    label: str  #: "AI draft, revision 1, template v1"
    metric: str
    scale: Count
    age: str
    why_here: str
    state: StateTag
    quotes: int
    against: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An empty page or a failed form: what it means and one thing to do."""

    title: str
    text: str = ""
    steps: Sequence[tuple[str, str]] = ()  #: (words, address or "")
    tone: str = "plain"


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """One thing that waits for the person who looks, and where it is done."""

    text: str
    button: str
    href: str


@dataclass(frozen=True, kw_only=True)
class JobProgress:
    """One background job: step, count, result."""

    id: str
    title: str
    state: StateTag
    steps: Sequence[tuple[str, str, str]]  #: (name, words, "done" | "now" | "next")
    done: int
    total: int
    result: Sequence[tuple[str, str]]
    error: str
    is_final: bool
    started: str
    elapsed: str
    next_href: str = ""
    next_words: str = ""


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """A theme in a list."""

    id: str
    title: str
    description: str
    count: Count
    mentions: int
    documents: int
    linked: Sequence[tuple[str, str, str]]  #: (metric, address of the anomaly, status)
    is_hidden: bool
    is_machine_title: bool


@dataclass(frozen=True, kw_only=True)
class AnomalyRow:
    """An anomaly in a list."""

    id: str
    headline: str
    short: str  #: the headline without values, for rows that show them beside it
    reason: str  #: why, in people: empty when nothing is linked
    change: Change
    affected: Count
    state: StateTag
    kind: str
    since: str
    spark: str = ""  #: path data, 0-100 by 0-24; empty: no series


@dataclass(frozen=True, kw_only=True)
class StrataPart:
    """Whether a pair holds among people alike in one respect."""

    by: str
    head: str  #: what the first column is called
    finding: str
    rows: Sequence[tuple[str, str, str]]  #: (value, k of n of those hit, k of n of the others)


@dataclass(frozen=True, kw_only=True)
class LinkCard:
    """A theme tested against an anomaly."""

    theme_id: str
    title: str
    hit: Count
    others: Count
    lift: str  #: "2.9 times (1.4-6.1)", or "not computed"
    lift_row: IntervalRow | None
    status: StateTag
    reason: str
    quote: QuoteCard | None
    tag_id: str
    tag_state: str
    tag_reason: str
    is_linked: bool
    can_tag: bool  #: no tag yet, and one would change what comes of the pair
    can_confirm: bool = False  #: as well, where the tag was proposed or rejected
    is_too_few: bool = False  #: too few people are known to test it
    can_reject: bool = False  #: the tag counts, or a person confirmed it
    can_draft: bool = False  #: too few people to test, but a person confirmed the tag
    short_reason: str = ""  #: why it is not linked, without the counts beside it
    detail: str = ""  #: when it was said and how sure the numbers are
    mark: int = -1  #: colour and shape of the theme on this page; -1: none
    dose: str = ""  #: how many were hit by how often they met it; empty: no event tells
    use: str = ""  #: of an overlap: what is left among people of equal use, or that use is unknown
    strata: Sequence[StrataPart] = ()
