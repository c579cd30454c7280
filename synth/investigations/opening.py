"""How an investigation begins: question, method, targets and deadline from what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from synth.audit.chain import MACHINE
from synth.core.ids import derive_id
from synth.investigations import brief, repo
from synth.investigations.changing import note_act
from synth.investigations.dossier import load_field
from synth.investigations.impact import Origin, Term, TermKind, counted_share
from synth.investigations.progress import targets
from synth.investigations.types import DEADLINE_DAYS, Investigation, State, Trigger
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def open_anomaly(
    services: Services,
    uow: UnitOfWork,
    anomaly: Anomaly,
    *,
    opened_by: str,
    owner_id: str,
    trigger: Trigger | None = None,
) -> Investigation:
    """Open the investigation of an anomaly; the same anomaly always has the same one."""
    metric = metrics.load_metric(uow, anomaly.metric_id)
    field = load_field(uow, anomaly.id, anomaly)
    reachable = sum(person.is_reachable for person in field.people)
    talks, replays = targets(reachable, len(field.playlist))
    case = begin(
        services,
        case_id=derive_id("investigation", anomaly.id),
        question=brief.question_for(anomaly, metric),
        method=brief.method_for(anomaly),
        opened_by=opened_by,
        owner_id=owner_id,
        trigger=trigger,
        anomaly_id=anomaly.id,
        targets=(talks, replays),
    )
    if store(services, uow, case):
        repo.replace_terms(uow, case.id, first_terms(services, anomaly, opened_by))
    return repo.load_investigation(uow, case.id)


def begin(
    services: Services,
    *,
    case_id: str,
    question: str,
    method: str,
    opened_by: str,
    owner_id: str,
    targets: tuple[int, int],
    anomaly_id: str | None = None,
    account: str | None = None,
    trigger: Trigger | None = None,
) -> Investigation:
    """Return a new investigation, not stored yet."""
    now = services.clock()
    days = trigger.deadline_days if trigger else DEADLINE_DAYS
    return Investigation(
        id=case_id,
        anomaly_id=anomaly_id,
        account=account,
        state=State.UNEXPLAINED,
        question=question,
        method=method,
        talks_target=targets[0],
        replays_target=targets[1],
        trigger_id=trigger.id if trigger else None,
        triggered_at=now,
        opened_by=opened_by,
        owner_id=owner_id,
        deadline=now + timedelta(days=days),
        escalated_at=None,
        decision=None,
        decision_note="",
        decided_by=None,
        decided_at=None,
    )


def store(services: Services, uow: UnitOfWork, case: Investigation) -> bool:
    """Store a new investigation with its event; return whether it was not there yet."""
    if not repo.add_investigation(uow, case):
        return False
    data = {"anomaly": case.anomaly_id, "trigger": case.trigger_id}
    # What a trigger or the fall of an account opens, nobody opened.
    by = MACHINE if case.trigger_id or case.account else case.opened_by
    note_act(services, uow, by, "investigation.open", case.id, data)
    return True


def first_terms(services: Services, anomaly: Anomaly, edited_by: str) -> list[Term]:
    """Return the factors known from the start: who was measured, and what share of them was hit."""
    if not anomaly.measured:
        return []
    source = "people this metric measured in the anomaly's days and slice"
    measured = Term(
        name="people measured",
        kind=TermKind.COUNT,
        value=float(anomaly.measured),
        unit="people",
        origin=Origin.MEASURED,
        source=source,
        edited_by=edited_by,
        edited_at=services.clock(),
    )
    hit = counted_share(
        "were hit", anomaly.affected, anomaly.measured, unit="people", source=source
    )
    return [measured, replace(hit, edited_by=edited_by, edited_at=services.clock())]
