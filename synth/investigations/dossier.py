"""Everything about one investigation in one value, read in a handful of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synth.core.periods import Period
from synth.investigations import brief, repo
from synth.investigations.guide import Guide, guide_for, guide_for_account
from synth.investigations.impact import Impact, multiply
from synth.investigations.playlist import merge, rank
from synth.investigations.progress import Progress, measure, recruits
from synth.investigations.types import Askable, Finding, Investigation, Person, Session, Watch
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly, AnomalyKind, Metric
from synth.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Field:
    """Whom an anomaly hit, and which sessions of them to watch; needs no investigation."""

    people: Sequence[Person]  #: all, or as many as were asked for: those talked to first
    askable: Askable  #: of all people hit
    sessions: Sequence[Session]
    playlist: Sequence[Session]

    @property
    def recruits(self) -> list[Person]:
        """Return whom to ask."""
        return recruits(self.people)


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """An investigation with its brief, people, sessions, guide, findings and progress."""

    case: Investigation
    anomaly: Anomaly | None  #: None: a check-in with an account
    metric: Metric | None
    who: str
    field: Field
    guide: Guide
    watches: Sequence[Watch]
    findings: Sequence[Finding]
    impact: Impact
    progress: Progress


def load_dossier(
    uow: UnitOfWork, investigation_id: str, *, now: datetime, most: int | None = None
) -> Dossier:
    """Return everything about an investigation, with `most` of the people; raises NotFound."""
    case = repo.load_investigation(uow, investigation_id)
    anomaly = metrics.load_anomaly(uow, case.anomaly_id) if case.anomaly_id else None
    metric = metrics.load_metric(uow, anomaly.metric_id) if anomaly else None
    field = load_field(uow, case, anomaly, most=most)
    watches = repo.list_watches(uow, case.id)
    return Dossier(
        case=case,
        anomaly=anomaly,
        metric=metric,
        who=brief.who_for(anomaly) if anomaly else f"everybody of account {case.account}",
        field=field,
        guide=guide_for(anomaly, metric) if anomaly and metric else guide_for_account(),
        watches=watches,
        findings=repo.list_findings(uow, case.id).get(case.id, []),
        impact=multiply(repo.list_terms(uow, case.id)),
        progress=progress_of(case, anomaly, field, watches, now),
    )


def load_field(
    uow: UnitOfWork,
    subject: Investigation | str,
    anomaly: Anomaly | None,
    *,
    most: int | None = None,
) -> Field:
    """Return the people and sessions of a slice; `subject` is a case or an anomaly's id."""
    window = anomaly.window if anomaly else None
    people, askable = repo.first_people(uow, subject, most=most)
    recorded, noted = repo.sessions_of(uow, subject)
    sessions = merge(recorded, [note for note in noted if _is_within(note, window)])
    return Field(
        people=people,
        askable=askable,
        sessions=sessions,
        playlist=rank(sessions, onset=window.start if window else None),
    )


def progress_of(
    case: Investigation,
    anomaly: Anomaly | None,
    field: Field,
    watches: Sequence[Watch],
    now: datetime,
) -> Progress:
    """Return how far an investigation is."""
    return measure(
        case,
        field.people,
        field.sessions,
        watches,
        askable=field.askable.to_ask,
        onset=onset_of(anomaly),
        now=now,
    )


def onset_of(anomaly: Anomaly | None) -> datetime | None:
    """Return since when a conversation can be about the anomaly; None: at any time."""
    if anomaly is None or anomaly.window is None or anomaly.kind is not AnomalyKind.SHIFT:
        return None
    return anomaly.window.start


def _is_within(session: Session, window: Period | None) -> bool:
    return window is None or session.starts_at is None or session.starts_at in window
