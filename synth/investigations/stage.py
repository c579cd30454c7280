"""Background step: open what triggers ask for, write down what is overdue or lost its ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from synth.audit.chain import MACHINE
from synth.investigations import repo
from synth.investigations.changing import note_act
from synth.investigations.finding import without
from synth.investigations.opening import open_anomaly
from synth.investigations.playlist import is_trouble
from synth.investigations.triggers import choose, subject_of
from synth.investigations.types import Finding, FindingKind, Investigation
from synth.jobs.types import Progress
from synth.metrics import event_repo
from synth.metrics import repo as metrics
from synth.metrics.event_queries import asking_events
from synth.people import repo as people
from synth.segments import repo as segments
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def open_triggered(
    services: Services, workspace_id: str, *, started_by: str, progress: Progress | None = None
) -> int:
    """Open an investigation for each anomaly that a trigger asks for; return how many."""
    with services.writing(workspace_id) as uow:
        cases = repo.list_investigations(uow)
        asked = {
            subject_of(metrics.load_anomaly(uow, case.anomaly_id))
            for case in cases
            if case.state.is_open and case.anomaly_id
        }
        chosen = choose(
            repo.list_triggers(uow),
            metrics.list_anomalies(uow),
            {metric.id: metric for metric in metrics.list_metrics(uow)},
            {case.anomaly_id for case in cases if case.anomaly_id},
            asked,
        )
        for trigger, anomaly in chosen:
            open_anomaly(
                services,
                uow,
                anomaly,
                opened_by=started_by,
                owner_id=trigger.owner_id,
                trigger=trigger,
            )
    if progress:
        progress(len(chosen), len(chosen))
    return len(chosen)


def keep_troubles(services: Services, workspace_id: str) -> int:
    """Keep sessions in which people an anomaly hit met trouble: errors, rage clicks, giving up.

    Detection keeps sessions at the events a metric is about; what went wrong in them is looked
    for here. Returns how many such sessions there are.
    """
    with services.reading(workspace_id) as uow:
        anomalies = metrics.anomaly_people(uow)
        known = {
            item.anomaly.id: event_repo.sessions_of(uow, item.anomaly.id) for item in anomalies
        }
        with asking_events(services.event_log, uow) as events:
            names = [one.name for one in events.names() if is_trouble(one.name)]
            found = {
                item.anomaly.id: events.sessions(item.affected, names, item.anomaly.window)
                for item in anomalies
                if names
            }
    with services.writing(workspace_id) as uow:
        for anomaly_id, troubles in found.items():
            kept = {one.session_id: one for one in (*known[anomaly_id], *troubles)}
            event_repo.replace_sessions(uow, anomaly_id, kept.values())
    return len({one.session_id for own in found.values() for one in own})


def escalate_overdue(services: Services, workspace_id: str) -> int:
    """Write down every decision that is late, once each; return how many are new."""
    now = services.clock()
    with services.writing(workspace_id) as uow:
        late = [
            case
            for case in repo.list_investigations(uow)
            if case.is_overdue(now) and case.escalated_at is None
        ]
        for case in late:
            repo.save_investigation(uow, replace(case, escalated_at=now))
            data = {"owner": case.owner_id, "days": _days_late(case, now)}
            note_act(services, uow, MACHINE, "investigation.overdue", case.id, data)
    return len(late)


def drop_groundless(services: Services, workspace_id: str) -> int:
    """Take back findings whose passage may no longer be used; return how many went.

    An investigation whose side falls silent by it is unexplained again; one that is decided
    keeps its decision and loses the finding.
    """
    gone = 0
    with services.writing(workspace_id) as uow:
        standing = repo.list_findings(uow)
        for case_id, findings in standing.items():
            lost = [one for one in findings if not _stands(uow, one)]
            if not lost:
                continue
            gone += len(lost)
            _take_back(services, uow, case_id, lost)
    return gone


def _take_back(services: Services, uow: UnitOfWork, case_id: str, lost: list[Finding]) -> None:
    case = repo.load_investigation(uow, case_id, lock=True)
    if case.state.is_open:
        after: Investigation = without(services, uow, case, lost, removed_by=None)
        repo.save_investigation(uow, after)
    else:
        for finding in lost:
            repo.remove_finding(uow, finding.id, removed_by=None, now=services.clock())
    data = {"findings": [finding.id for finding in lost], "reason": "consent"}
    note_act(services, uow, MACHINE, "investigation.unfind", case_id, data)


def _stands(uow: UnitOfWork, finding: Finding) -> bool:
    if finding.kind is not FindingKind.PASSAGE:
        return True
    chunk = segments.load_chunks(uow, [finding.ref]).get(finding.ref)
    if chunk is None:
        return False
    speakers = people.load(uow, [chunk.participant_id]) if chunk.participant_id else {}
    return all(one.consent.analyse and one.consent.quote for one in speakers.values())


def _days_late(case: Investigation, now: datetime) -> int:
    return (now - case.deadline).days
