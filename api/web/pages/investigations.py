"""Investigations: what is being explained, one brief with its people and sessions, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.learnt import learnt_on
from api.routes.investigations import recruits_file
from api.web.format import day, headline, metric_title, people, words
from api.web.framing import make_frame
from api.web.investigation_contexts import CaseListPage, CasePage
from api.web.investigation_parts import (
    READ_PEOPLE,
    case_row,
    field_part,
    hours_of,
    lint_part,
    tasks_of,
    trigger_row,
)
from api.web.part_contexts import Option
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.errors import Conflict, InputError
from synth.investigations import actions, finding, repo, rules
from synth.investigations.accounts import themes_of
from synth.investigations.dossier import Dossier, load_dossier
from synth.investigations.transitions import MISSING
from synth.investigations.types import Learning, State, TriggerTerms
from synth.metrics import repo as metrics
from synth.metrics.types import AnomalyKind, Mark
from synth.services import Services

router = APIRouter()

ABOVE = (("Metrics", "/metrics"), ("Investigations", "/investigations"))
DECIDED = {"build": "Build", "test": "Test", "drop": "Drop", "no_cause": "No cause found"}


@router.get("/investigations")
def list_cases(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List investigations, late ones first, and the triggers that open them."""
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        names = access.member_names(uow)
        cases = repo.list_investigations(uow)
        triggers = [trigger_row(one, names) for one in repo.list_triggers(uow)]
        known = metrics.list_metrics(uow)
        frame = make_frame(
            request, uow, visitor, title="Investigations", section="metrics", crumbs=ABOVE[:1]
        )
    found = [case_row(one, now=now, names=names) for one in cases]
    ended = {one.id for one in cases if not one.state.is_open}
    page = CaseListPage(
        overdue=[row for row in found if row.late],
        open=[row for row in found if not row.late and row.id not in ended],
        ended=[row for row in found if row.id in ended],
        triggers=triggers,
        kinds=[Option(value=kind.value, label=words(kind.value)) for kind in AnomalyKind],
        metrics=[Option(value=one.name, label=metric_title(one.name)) for one in known],
        may_investigate=visitor.may(Action.INVESTIGATE),
    )
    return render(request, "investigations.html", page, frame)


@router.post("/investigations")
def open_case(
    sender: Sending, services: Serving, anomaly_id: Annotated[str, Form(max_length=64)]
) -> Response:
    """Open the investigation of an anomaly."""
    case = actions.open_investigation(services, sender.actor, anomaly_id)
    return _back(case.id, "investigating")


@router.post("/investigations/triggers")
def add_trigger(
    sender: Sending,
    services: Serving,
    name: Annotated[str, Form(max_length=200)],
    kind: Annotated[str, Form(max_length=40)] = "",
    metric: Annotated[str, Form(max_length=200)] = "",
    marked: Annotated[str, Form(max_length=10)] = "",
    min_affected: Annotated[int, Form()] = 1,
    min_percent: Annotated[float, Form()] = 0.0,
    deadline_days: Annotated[int, Form()] = 14,
) -> Response:
    """Add a trigger; the next detection goes by it."""
    terms = TriggerTerms(
        name=name,
        kinds=(kind,) if kind else (),
        metrics=(metric,) if metric else (),
        marks=tuple(Mark) if marked else (),
        min_affected=min_affected,
        min_change=min_percent / 100,
        deadline_days=deadline_days,
    )
    rules.put_trigger(services, sender.actor, terms)
    return RedirectResponse("/investigations?done=trigger-added#triggers", status_code=303)


@router.post("/investigations/triggers/{trigger_id}")
def switch_trigger(
    sender: Sending, services: Serving, trigger_id: str, active: Annotated[str, Form()]
) -> Response:
    """Switch a trigger on or off."""
    require(sender.actor, Action.INVESTIGATE)
    with services.reading(sender.workspace_id) as uow:
        known = repo.load_trigger(uow, trigger_id)
    terms = replace(known, is_active=active == "yes")
    rules.put_trigger(services, sender.actor, terms, trigger_id=trigger_id)
    return RedirectResponse("/investigations?done=trigger-changed#triggers", status_code=303)


@router.get("/investigations/{investigation_id}")
def show_case(
    request: Request, visitor: Visiting, services: Serving, investigation_id: str, ask: str = ""
) -> Response:
    """Show an investigation; `ask` is a question to check beside the guide."""
    return _show(request, visitor, services, investigation_id, ask=ask)


@router.get("/investigations/{investigation_id}/recruits.csv")
def download_recruits(visitor: Visiting, services: Serving, investigation_id: str) -> Response:
    """Download whom to ask as CSV."""
    require(visitor.actor, Action.INVESTIGATE)
    with services.reading(visitor.workspace_id) as uow:
        return recruits_file(load_dossier(uow, investigation_id, now=services.clock()))


@router.post("/investigations/{investigation_id}/brief")
def change_brief(
    request: Request,
    sender: Sending,
    services: Serving,
    investigation_id: str,
    question: Annotated[str, Form(max_length=2000)] = "",
    method: Annotated[str, Form(max_length=2000)] = "",
    owner_id: Annotated[str, Form(max_length=64)] = "",
    deadline: Annotated[str, Form(max_length=10)] = "",
    talks_target: Annotated[int, Form()] = 5,
    replays_target: Annotated[int, Form()] = 10,
) -> Response:
    """Change the brief; what cannot be is said on the page."""
    try:
        actions.change_brief(
            services,
            sender.actor,
            investigation_id,
            question=question or None,
            method=method or None,
            owner_id=owner_id or None,
            deadline=_changed_day(services, sender, investigation_id, deadline),
            talks_target=talks_target,
            replays_target=replays_target,
        )
    except (InputError, Conflict) as error:
        errors = [(error.message, "#brief")]
        return _show(request, sender, services, investigation_id, errors=errors)
    return _back(investigation_id, "brief-changed")


@router.post("/investigations/{investigation_id}/watched")
def mark_watched(
    sender: Sending,
    services: Serving,
    investigation_id: str,
    session_id: Annotated[str, Form(max_length=500)],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Mark a session as watched, with a note."""
    finding.mark_watched(services, sender.actor, investigation_id, session_id, note)
    return _back(investigation_id, "watched", "#sessions")


@router.post("/investigations/{investigation_id}/decision")
def decide(
    request: Request,
    sender: Sending,
    services: Serving,
    investigation_id: str,
    decision: Annotated[str, Form(max_length=20)],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """End the investigation; a missing side or reason is named on the page."""
    try:
        actions.decide(services, sender.actor, investigation_id, decision, note)
    except (InputError, Conflict) as error:
        errors = [(error.message, "#decision")]
        return _show(request, sender, services, investigation_id, errors=errors)
    return _back(investigation_id, "case-decided")


@router.post("/investigations/{investigation_id}/reopen")
def reopen(sender: Sending, services: Serving, investigation_id: str) -> Response:
    """Open an ended investigation again."""
    actions.reopen(services, sender.actor, investigation_id)
    return _back(investigation_id, "case-reopened")


def learnt_rows(learnt: Sequence[Learning]) -> list[tuple[str, str, str]]:
    """Return earlier insights as (title, address, day)."""
    return [(one.title, f"/insights/{one.id}", day(one.approved_at, year=True)) for one in learnt]


def subject_words(found: Dossier) -> tuple[str, str]:
    """Return what an investigation is about, with its address."""
    if found.anomaly is None:
        return f"Account {found.case.account}", "/accounts"
    return headline(found.anomaly, found.metric), f"/anomalies/{found.anomaly.id}"


def _show(
    request: Request,
    visitor: Visitor,
    services: Services,
    investigation_id: str,
    *,
    ask: str = "",
    errors: list[tuple[str, str]] | None = None,
) -> Response:
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        found = load_dossier(uow, investigation_id, now=now, most=READ_PEOPLE)
        learnt = learnt_on(uow, found.metric.name if found.metric else None)
        own = themes_of(uow, [found.case.account]) if found.case.account else {}
        names = access.member_names(uow)
        frame = make_frame(
            request, uow, visitor, title=found.case.question, section="metrics", crumbs=ABOVE
        )
    case = found.case
    page = CasePage(
        row=case_row(case, now=now, names=names, subject=subject_words(found)),
        who=found.who,
        method=case.method,
        learnt=learnt_rows(learnt),
        tasks=tasks_of(found),
        hours=hours_of(found.progress),
        field=field_part(found.field, found.guide, found.watches),
        lint=lint_part(ask[:500]) if ask.strip() else None,
        decision=_decision(found, names),
        missing=MISSING[case.state] if case.state.is_unexplained else "",
        may_decide=case.state is State.EXPLAINED,
        may_investigate=visitor.may(Action.INVESTIGATE),
        is_open=case.state.is_open,
        deadline=f"{case.deadline:%Y-%m-%d}",
        targets=(case.talks_target, case.replays_target),
        owners=[
            Option(value=key, label=name, is_chosen=key == case.owner_id)
            for key, name in sorted(names.items(), key=lambda item: item[1])
        ],
        account_themes=[
            (one.title, f"/themes/{one.theme_id}", people(one.share))
            for one in own.get(case.account or "", ())
        ],
        errors=errors or (),
    )
    return render(request, "investigation.html", page, frame, status=422 if errors else 200)


def _decision(found: Dossier, names: Mapping[str, str]) -> list[tuple[str, str]]:
    case = found.case
    if case.decision is None:
        return []
    decided: list[tuple[str, str]] = [
        ("Decision", DECIDED[case.decision]),
        ("By", names.get(case.decided_by or "", "somebody")),
        ("On", day(case.decided_at, year=True)),
    ]
    return [*decided, ("Reason", case.decision_note)] if case.decision_note else decided


def _changed_day(
    services: Services, sender: Visitor, investigation_id: str, text: str
) -> datetime | None:
    """Return the end of the day given, or None where it is the day there is."""
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise InputError("deadline", found=text, expected="a day, as 2026-03-02") from None
    with services.reading(sender.workspace_id) as uow:
        known = repo.load_investigation(uow, investigation_id).deadline
    return None if given.date() == known.date() else given.replace(hour=23, minute=59)


def _back(investigation_id: str, done: str, place: str = "") -> Response:
    address = f"/investigations/{investigation_id}?done={done}{place}"
    return RedirectResponse(address, status_code=303)
