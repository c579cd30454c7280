"""What each template is given: frozen values, ready to print, one dataclass per template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.web.chart_contexts import IntervalRow, SeriesChart
from api.web.investigation_contexts import CaseRow, FieldPart
from api.web.metric_contexts import MetricForm
from api.web.part_contexts import (
    AnomalyRow,
    Change,
    ClaimRow,
    Count,
    DecisionBar,
    DraftCard,
    JobProgress,
    LinkCard,
    Notice,
    Option,
    QuoteCard,
    StateTag,
    ThemeRow,
    ToDo,
)
from api.web.slice_table import SliceRow
from synth.access.types import MemberRole


@dataclass(frozen=True, kw_only=True)
class SignInPage:
    """sign_in.html."""

    next: str
    wrong: bool


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """error.html."""

    status: int
    title: str
    detail: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """home.html."""

    again: Sequence[tuple[str, str, str]]  #: insights to look at again: (why, title, address)
    headline: str
    overdue: Sequence[CaseRow]  #: decisions that are late
    to_do: Sequence[ToDo]  #: what waits for the person who looks
    anomalies: Sequence[AnomalyRow]
    themes: Sequence[ThemeRow]
    due: Sequence[DraftCard]
    counts: Sequence[tuple[str, str, str]]  #: (number, words, address)
    coverage: str  #: who was heard and never measured, and the other way round
    empty: Notice | None


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A file in the list of sources."""

    id: str
    filename: str
    kind: str
    study: str
    size: str
    when: str
    state: StateTag
    error: str
    documents: str  #: how many it holds, in words; empty: none was read from it


@dataclass(frozen=True, kw_only=True)
class UploadForm:
    """What was sent beside the files, so that a refusal loses nothing."""

    kind: str = ""
    study: str = ""
    interviewers: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceListPage:
    """sources.html."""

    rows: Sequence[SourceRow]
    kinds: Sequence[Option]
    may_upload: bool
    limit: str
    older: str  #: address of the next page; empty: none
    sent: UploadForm
    errors: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class SourcePage:
    """source.html."""

    row: SourceRow
    notices: Sequence[str]
    documents: Sequence[tuple[str, str, str]]  #: (title, address, details)
    more_documents: int
    skips: Sequence[tuple[str, str, int]]  #: (line, reason, words)
    more_skips: int


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """job.html."""

    job: JobProgress
    source_href: str  #: the file it reads; empty: none


@dataclass(frozen=True, kw_only=True)
class JobListPage:
    """jobs.html."""

    recurring: Sequence[tuple[str, str, str, StateTag | None]]  #: (title, when, address, state)
    rows: Sequence[tuple[str, str, StateTag, str, str]]  #: (title, address, state, when, error)


@dataclass(frozen=True, kw_only=True)
class TextPiece:
    """A stretch of a turn, cut at the edges of the mark and of redactions."""

    text: str
    chip: str = ""  #: what was redacted, in words
    anchor: str = ""  #: id of the mark, on its first piece
    opens: bool = False  #: the mark begins before it
    closes: bool = False  #: the mark ends after it


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """One utterance in the reader."""

    ordinal: int
    speaker: str
    role: str
    is_muted: bool
    time: str
    pieces: Sequence[TextPiece]
    is_cited: bool


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    """document.html."""

    title: str
    details: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]  #: (pseudonym, role and turns in words)
    themes: Sequence[tuple[str, str, str]]  #: (title, address, passages in words)
    turns: Sequence[TurnRow]
    before: str
    after: str  #: addresses of the turns before and after a part; empty: none
    problem: str  #: why the cited passage cannot be shown
    newer: str  #: address of the current version; empty: this is it
    marked_in: str  #: where the marked passage is, in words


@dataclass(frozen=True, kw_only=True)
class MetricRow:
    """A metric in the list."""

    name: str
    href: str
    description: str
    good: str
    target: str
    last: str
    anomalies: int
    spark: str
    mark: str  #: "North Star", "Top 10" or ""


@dataclass(frozen=True, kw_only=True)
class MetricListPage:
    """metrics.html."""

    anomalies: Sequence[AnomalyRow]
    metrics: Sequence[MetricRow]
    may_detect: bool
    may_import: bool
    coverage: str  #: who was heard and never measured, and the other way round
    country: str  #: whose holidays are not judged
    empty: Notice | None
    errors: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class MetricPage:
    """metric.html."""

    row: MetricRow
    chart: SeriesChart | None
    slices: Sequence[tuple[str, SeriesChart]]
    anomalies: Sequence[AnomalyRow]
    holidays: str  #: which days are not judged
    form: MetricForm | None
    errors: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class AnomalyPage:
    """anomaly.html."""

    row: AnomalyRow
    reason: str
    chart: SeriesChart | None
    slices: Sequence[tuple[str, SeriesChart]]
    linked: Sequence[LinkCard]
    unlinked: Sequence[LinkCard]
    drafts: Sequence[DraftCard]
    insights: Sequence[tuple[str, str]]
    elsewhere: Sequence[tuple[str, str]]  #: drafts and insights its duplicates were merged into
    may_draft: bool
    metric: str
    metric_href: str
    unexplained: str  #: why nothing is linked
    case: CaseRow | None  #: its investigation; None: not opened yet
    who: str
    how: str
    field: FieldPart
    learnt: Sequence[tuple[str, str, str]]  #: earlier insights on the metric
    slice_rows: Sequence[SliceRow]
    may_investigate: bool
    unheard: str  #: how many of the people hit were never heard


@dataclass(frozen=True, kw_only=True)
class InsightRow:
    """An approved hypothesis in the list."""

    id: str
    title: str
    statement: str
    scale: Count
    approved: str


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """search.html."""

    query: str
    hits: Sequence[QuoteCard]
    insights: Sequence[InsightRow]
    kinds: Sequence[Option]
    notices: Sequence[str]
    summary: str  #: how much was found; empty: nothing was asked


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """An API key; the key itself is never stored."""

    id: str
    prefix: str
    owner: str
    created: str
    last_used: str
    is_revoked: bool


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """Somebody who works here."""

    id: str
    name: str
    roles: Sequence[str]
    may: str  #: what the roles allow, in words


@dataclass(frozen=True, kw_only=True)
class PersonForm:
    """What was sent about somebody who works here, and why it was not taken."""

    name: str
    roles: Sequence[str]
    problem: str
    member_id: str = ""  #: empty: somebody new


@dataclass(frozen=True, kw_only=True)
class AdminPage:
    """admin.html."""

    people: Sequence[PersonRow]
    keys: Sequence[KeyRow]
    may_manage: bool
    new_key: str = ""
    new_owner: str = ""
    wrong: PersonForm | None = None
    roles: Sequence[str] = tuple(MemberRole)


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One act in the audit trail."""

    seq: int
    at: datetime
    who: str
    action: str
    subject: str
    data: str
    full: str  #: ids and hashes that are shortened in the row, at full length


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """audit.html."""

    broken: str  #: empty: the chain is intact
    total: int
    rows: Sequence[AuditRow]
    older: str


@dataclass(frozen=True, kw_only=True)
class GalleryPage:
    """gallery.html: every partial in its states."""

    counts: Sequence[Count]
    changes: Sequence[Change]
    tags: Sequence[StateTag]
    quotes: Sequence[QuoteCard]
    claims: Sequence[ClaimRow]
    drafts: Sequence[DraftCard]
    bars: Sequence[DecisionBar]
    notices: Sequence[Notice]
    jobs: Sequence[JobProgress]
    charts: Sequence[SeriesChart]
    rows: Sequence[IntervalRow]
    sparks: Sequence[str]
    links: Sequence[LinkCard] = field(default=())
