"""Investigations: opened by triggers or people, closed only when both sides have spoken."""

from __future__ import annotations

import csv
import io
from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import PlainTextResponse

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.learnt import learnt_on
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.investigations import (
    BriefChange,
    DecisionGiven,
    DossierShown,
    FindingGiven,
    FindingShown,
    ImpactGiven,
    ImpactShown,
    InvestigationGiven,
    InvestigationShown,
    ProblemShown,
    QuestionsGiven,
    QuestionShown,
    SessionShown,
    TriggerGiven,
    TriggerShown,
    WatchGiven,
    WatchShown,
)
from api.schemas.recruits import RecruitShown
from synth.insights.export import safe_cell
from synth.investigations import actions, finding, repo, rules, terms
from synth.investigations.dossier import Dossier, load_dossier
from synth.investigations.impact import multiply
from synth.investigations.questions import lint
from synth.investigations.types import State, TriggerTerms

router = guarded_router("investigations")

COLUMNS = ("pseudonym", "participant_id", "user_id")


@router.get("/v1/triggers")
def list_triggers(context: ContextOf, paging: PagingOf) -> Page[TriggerShown]:
    """List the rules by which anomalies open an investigation by themselves."""
    with context.reading() as uow:
        found = repo.list_triggers(uow)
    return paging.cut([TriggerShown.model_validate(each) for each in found], lambda each: each.id)


@router.post("/v1/triggers", status_code=201)
def add_trigger(given: TriggerGiven, context: ContextOf) -> TriggerShown:
    """Add a trigger; the next detection goes by it."""
    return _put_trigger(context, given, None)


@router.put("/v1/triggers/{trigger_id}")
def change_trigger(trigger_id: str, given: TriggerGiven, context: ContextOf) -> TriggerShown:
    """Change a trigger, or switch it off."""
    return _put_trigger(context, given, trigger_id)


@router.get("/v1/investigations")
def list_investigations(
    context: ContextOf,
    paging: PagingOf,
    state: State | None = None,
    anomaly: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[InvestigationShown]:
    """List investigations: open ones first, the next deadline first."""
    now = context.services.clock()
    with context.reading() as uow:
        found = [
            InvestigationShown.of(each, now)
            for each in repo.list_investigations(uow)
            if state in (None, each.state) and anomaly in (None, each.anomaly_id)
        ]
    return paging.cut(found, lambda each: each.id)


@router.post("/v1/investigations", status_code=201)
def open_investigation(given: InvestigationGiven, context: ContextOf) -> InvestigationShown:
    """Open the investigation of an anomaly; one that is there already is answered as it is."""
    case = actions.open_investigation(context.services, context.actor, given.anomaly_id)
    return InvestigationShown.of(case, context.services.clock())


@router.get("/v1/investigations/{investigation_id}")
def show_investigation(investigation_id: str, context: ContextOf) -> DossierShown:
    """Show an investigation: what was learnt before, brief, guide, progress, findings, impact."""
    now = context.services.clock()
    with context.reading() as uow:
        found = load_dossier(uow, investigation_id, now=now)
        learnt = learnt_on(uow, found.metric.name if found.metric else None)
    return DossierShown.full(found, learnt, now)


@router.patch("/v1/investigations/{investigation_id}")
def change_brief(
    investigation_id: str, change: BriefChange, context: ContextOf
) -> InvestigationShown:
    """Change question, method, owner, deadline or targets."""
    case = actions.change_brief(
        context.services, context.actor, investigation_id, **change.model_dump()
    )
    return InvestigationShown.of(case, context.services.clock())


@router.get("/v1/investigations/{investigation_id}/recruits")
def list_recruits(
    investigation_id: str, context: ContextOf, paging: PagingOf
) -> Page[RecruitShown]:
    """List whom to ask: people of the slice it hit who agreed to it, and were not talked to yet."""
    people = _dossier(context, investigation_id).field.recruits
    return paging.cut([RecruitShown.of(each) for each in people], lambda one: one.participant_id)


@router.get("/v1/investigations/{investigation_id}/recruits.csv", response_class=PlainTextResponse)
def export_recruits(investigation_id: str, context: ContextOf) -> Response:
    """Export whom to ask as CSV, with the id analytics knows each by and their segments."""
    return recruits_file(_dossier(context, investigation_id))


@router.get("/v1/investigations/{investigation_id}/playlist")
def list_playlist(
    investigation_id: str, context: ContextOf, paging: PagingOf
) -> Page[SessionShown]:
    """List 10-20 sessions to watch: trouble first, nearest the onset, of different people."""
    found = _dossier(context, investigation_id).field.playlist
    return paging.cut([SessionShown.of(each) for each in found], lambda each: each.session_id)


@router.post("/v1/investigations/{investigation_id}/watched", status_code=201)
def mark_watched(investigation_id: str, given: WatchGiven, context: ContextOf) -> WatchShown:
    """Mark a session as watched, with what was seen."""
    watch = finding.mark_watched(
        context.services, context.actor, investigation_id, **given.model_dump()
    )
    return WatchShown.model_validate(watch)


@router.post("/v1/investigations/{investigation_id}/findings", status_code=201)
def add_finding(investigation_id: str, given: FindingGiven, context: ContextOf) -> FindingShown:
    """Let a side speak: numbers by a tested pair or the impact, people by a passage."""
    found = finding.add_finding(
        context.services, context.actor, investigation_id, **given.model_dump()
    )
    return FindingShown.model_validate(found)


@router.delete("/v1/investigations/{investigation_id}/findings/{finding_id}")
def remove_finding(
    investigation_id: str, finding_id: str, context: ContextOf
) -> InvestigationShown:
    """Take a finding back."""
    case = finding.remove_finding(context.services, context.actor, investigation_id, finding_id)
    return InvestigationShown.of(case, context.services.clock())


@router.put("/v1/investigations/{investigation_id}/impact")
def set_impact(investigation_id: str, given: ImpactGiven, context: ContextOf) -> ImpactShown:
    """Set the factors of the impact; each that changes is in the audit trail."""
    kept = terms.set_impact(
        context.services, context.actor, investigation_id, [each.to_term() for each in given.terms]
    )
    return ImpactShown.of(multiply(kept))


@router.post("/v1/investigations/{investigation_id}/decision")
def decide(investigation_id: str, given: DecisionGiven, context: ContextOf) -> InvestigationShown:
    """End it: build or test once both sides have spoken; drop or no cause with a reason."""
    case = actions.decide(context.services, context.actor, investigation_id, **given.model_dump())
    return InvestigationShown.of(case, context.services.clock())


@router.post("/v1/investigations/{investigation_id}/reopen")
def reopen(investigation_id: str, context: ContextOf) -> InvestigationShown:
    """Open an ended investigation again."""
    case = actions.reopen(context.services, context.actor, investigation_id)
    return InvestigationShown.of(case, context.services.clock())


@router.post("/v1/questions/lint")
def lint_questions(given: QuestionsGiven, context: ContextOf) -> list[QuestionShown]:
    """Read interview questions for ways of asking that get no honest answer; offer better."""
    return [
        QuestionShown(question=each, problems=[ProblemShown.of(one) for one in lint(each)])
        for each in given.questions
    ]


def recruits_file(found: Dossier) -> Response:
    """Return the recruit list as a CSV file; no cell is run by a spreadsheet."""
    people = found.field.recruits
    segments = sorted({name for person in people for name in person.segments})
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(safe_cell(f"segment.{name}") for name in segments)])
    for person in people:
        own = [person.segments.get(name, "") for name in segments]
        row = [person.pseudonym, person.participant_id, person.external_id, *own]
        writer.writerow([safe_cell(value) for value in row])
    headers = {"Content-Disposition": 'attachment; filename="recruits.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _put_trigger(context: Context, given: TriggerGiven, trigger_id: str | None) -> TriggerShown:
    terms = TriggerTerms(**given.model_dump(exclude={"owner_id"}))
    trigger = rules.put_trigger(
        context.services, context.actor, terms, owner_id=given.owner_id, trigger_id=trigger_id
    )
    return TriggerShown.model_validate(trigger)


def _dossier(context: Context, investigation_id: str) -> Dossier:
    with context.reading() as uow:
        return load_dossier(uow, investigation_id, now=context.services.clock())
