"""Investigations to the contexts of their templates: pure, used by several pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.web.format import (
    clock,
    counted,
    day,
    metric_words,
    moment,
    number,
    sentence,
    slice_words,
    words,
)
from api.web.investigation_contexts import (
    CaseRow,
    FieldPart,
    LayerPart,
    LintPart,
    RecruitRow,
    SessionRow,
    Task,
    TermRow,
    TriggerRow,
)
from api.web.part_contexts import StateTag
from synth.core.proportions import wilson
from synth.investigations.dossier import Dossier, Field
from synth.investigations.guide import Guide
from synth.investigations.impact import Impact, Step, TermKind
from synth.investigations.playlist import start_ms
from synth.investigations.progress import Progress, left_out_words
from synth.investigations.questions import lint
from synth.investigations.transitions import sides_of
from synth.investigations.types import Investigation, Session, Side, State, Trigger, Watch

STATES = {
    State.UNEXPLAINED: StateTag(word="unexplained", icon="?"),
    State.NUMBERS_ONLY: StateTag(word="unexplained: numbers only", icon="?"),
    State.WORDS_ONLY: StateTag(word="unexplained: words only", icon="?"),
    State.EXPLAINED: StateTag(word="both sides have spoken", tone="draft", icon="✎"),
    State.DECIDED: StateTag(word="decided", tone="approved", icon="✓"),
    State.NO_CAUSE: StateTag(word="no cause found", tone="approved", icon="✓"),
}
FAULTS = {
    "why": "Asks why",
    "leading": "Leading",
    "double_barrelled": "Two questions in one",
    "hypothetical": "Hypothetical",
    "yes_no": "Yes or no",
    "unread": "Not read",
}
#: People listed on a page; the CSV has them all.
SHOWN_PEOPLE = 12
#: People read for a page: all who were talked to, in practice, and enough to list.
READ_PEOPLE = 500


def case_row(
    case: Investigation,
    *,
    now: datetime,
    names: Mapping[str, str],
    subject: tuple[str, str] | None = None,
) -> CaseRow:
    """Return an investigation as a row."""
    plain = (f"account {case.account}", "/accounts") if case.account else ("its anomaly", "")
    href = f"/anomalies/{case.anomaly_id}" if case.anomaly_id else plain[1]
    return CaseRow(
        id=case.id,
        question=case.question,
        state=STATES[case.state],
        owner=names.get(case.owner_id, "nobody here any more"),
        due=_due(case),
        late=late_words(case, now),
        subject=subject or (plain[0], href),
    )


def late_words(case: Investigation, now: datetime) -> str:
    """Return by how much a decision is overdue; empty: it is not."""
    if not case.is_overdue(now):
        return ""
    days = (now - case.deadline).days
    return f"{counted(days, 'day')} overdue" if days else "overdue since today"


def trigger_row(trigger: Trigger, names: Mapping[str, str]) -> TriggerRow:
    """Return a trigger in words."""
    what = ", ".join(words(kind) for kind in trigger.kinds) or "anything"
    marked = "any marked metric" if trigger.marks else "any metric"
    metrics = ", ".join(metric_words(name) for name in trigger.metrics) or marked
    size = f" of at least {number(trigger.min_change * 100)} % of its level"
    parts = [
        f"{what} in {metrics}{size if trigger.min_change else ''}",
        f"hitting {counted(trigger.min_affected, 'person', 'people')} or more",
        "for the worse" if trigger.only_worse else "either way",
        f"owned by {names.get(trigger.owner_id, 'nobody here any more')}",
        f"decided within {counted(trigger.deadline_days, 'day')}",
    ]
    return TriggerRow(
        id=trigger.id,
        name=trigger.name,
        words=sentence("; ".join(parts)),
        is_active=trigger.is_active,
    )


def tasks_of(found: Dossier) -> list[Task]:
    """Return the task list: what both sides have said, who was heard, what was watched."""
    spoken, progress = sides_of(found.case.state), found.progress
    ended = not found.case.state.is_open
    told = {side: sum(one.side is side for one in found.findings) for side in Side}
    return [
        Task(words="Question and slice", is_done=True, detail=sentence(found.who)),
        Task(
            words="Numbers speak",
            is_done=ended or Side.QUANT in spoken,
            detail=counted(told[Side.QUANT], "finding"),
        ),
        Task(
            words="People speak, in their own words",
            is_done=ended or Side.QUAL in spoken,
            detail=counted(told[Side.QUAL], "passage"),
        ),
        Task(
            words="Talks",
            is_done=progress.has_talks,
            detail=_of(progress.talks, progress.talks_target, "talked to"),
            dots=_dots(progress.talks, progress.talks_target),
        ),
        Task(
            words="Sessions",
            is_done=progress.has_replays,
            detail=_of(progress.replays, progress.replays_target, "watched"),
            dots=_dots(progress.replays, progress.replays_target),
        ),
        Task(
            words="Decision",
            is_done=ended,
            detail=f"decided {day(found.case.decided_at)}" if ended else f"due {_due(found.case)}",
        ),
    ]


def hours_of(progress: Progress) -> list[tuple[str, str]]:
    """Return how long the first and the fifth conversation took to come about."""

    def told(hours: float | None) -> str:
        return "none since it was opened" if hours is None else counted(round(hours), "hour")

    return [
        ("To the first conversation", told(progress.first_hours)),
        ("To the fifth conversation", told(progress.fifth_hours)),
        ("Left to ask", counted(progress.askable, "person", "people")),
    ]


def field_part(
    field: Field, guide: Guide, watches: Sequence[Watch] = (), *, most: int = 20
) -> FieldPart:
    """Return sessions, people and guide of a slice; at most `most` sessions."""
    watched = {watch.session_id: watch for watch in watches}
    recruits = field.recruits
    return FieldPart(
        playlist=[session_row(one, watched.get(one.session_id)) for one in field.playlist[:most]],
        more_sessions=max(0, len(field.playlist) - most),
        recruits=[
            RecruitRow(
                pseudonym=one.pseudonym,
                external_id=one.external_id,
                segments=slice_words(one.segments) if one.segments else "",
            )
            for one in recruits[:SHOWN_PEOPLE]
        ],
        more_recruits=max(0, field.askable.to_ask - SHOWN_PEOPLE),
        left_out=sentence(left_out_words(field.askable)),
        opening=guide.opening,
        layers=[
            LayerPart(name=one.name, purpose=one.purpose, questions=one.questions)
            for one in guide.layers
        ],
    )


def session_row(session: Session, watch: Watch | None = None) -> SessionRow:
    """Return a session to watch, with why it is there and where to begin."""
    why = f"{metric_words(session.signal)}, {counted(session.signals, 'sign')} of trouble"
    is_web = session.url.startswith(("https://", "http://"))
    return SessionRow(
        session_id=session.session_id,
        who=session.pseudonym,
        when=moment(session.starts_at) if session.starts_at else "no time",
        why=why if session.signals else "a note tells of it" if session.document_id else "",
        start=clock(start_ms(session)) if start_ms(session) else "",
        href=session.url if is_web else "",
        note_href=f"/documents/{session.document_id}" if session.document_id else "",
        is_watched=watch is not None or bool(session.document_id),
        note=watch.note if watch else "",
    )


def lint_part(question: str) -> LintPart:
    """Return what the check says of a question."""
    return LintPart(
        question=question,
        problems=[(FAULTS[one.fault], sentence(one.reason), one.better) for one in lint(question)],
    )


def term_rows(impact: Impact, names: Mapping[str, str]) -> list[TermRow]:
    """Return the factors of an impact with what stands after each."""
    return [_term_row(step, names) for step in impact.steps]


def result_words(step: Step) -> str:
    """Return what stands after a factor, with its interval where one was counted."""
    unit = f" {step.term.unit}" if step.term.unit else ""
    if step.low == step.high:
        return f"{number(step.result)}{unit}"
    return f"{number(step.result)}{unit} ({number(step.low)}-{number(step.high)})"


def caution_of(impact: Impact) -> str:
    """Return which factors were not counted, so that the interval does not cover them."""
    if not impact.uncounted:
        return ""
    named = ", ".join(f"“{name}”" for name in impact.uncounted)
    return f"The interval does not cover {named}: nobody counted it here."


def _term_row(step: Step, names: Mapping[str, str]) -> TermRow:
    term = step.term
    return TermRow(
        name=term.name,
        kind=term.kind.value,
        value=_value_words(step),
        unit=term.unit,
        origin=term.origin.value,
        source=term.source,
        editor=f"{names.get(term.edited_by, 'somebody')}, {day(term.edited_at, year=True)}",
        result=result_words(step),
        raw_value=f"{term.value:g}" if term.n is None else "",
        raw_k="" if term.k is None else str(term.k),
        raw_n="" if term.n is None else str(term.n),
    )


def _value_words(step: Step) -> str:
    term = step.term
    if term.k is not None and term.n is not None:
        return str(wilson(term.k, term.n))
    if term.kind is TermKind.SHARE:
        return f"a share of {term.value:g}, not counted"
    return number(term.value)


def _due(case: Investigation) -> str:
    return day(case.deadline, year=True)


def _of(there: int, wanted: int, done: str) -> str:
    if there > wanted:
        return f"{counted(there, 'person', 'people')} {done}, {wanted} asked for"
    return f"{there} of {counted(wanted, 'person', 'people')} {done}"


def _dots(there: int, wanted: int) -> list[bool]:
    return [place < there for place in range(min(wanted, 20))]
