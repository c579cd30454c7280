"""The rhythm of a team: fusion metrics, agenda, cadence, checklist, pack, survey."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import PlainTextResponse

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.schemas.fusion import (
    AgendaShown,
    AnswerShown,
    CadenceShown,
    CadencesShown,
    ChecklistShown,
    CheckStepShown,
    ConfidenceGiven,
    FusionMetricShown,
    FusionMetricsShown,
    KeyMetricsGiven,
    KeyMetricsShown,
    ReviewGiven,
    ReviewHeldShown,
)
from synth.fusion import actions
from synth.fusion.facts import read_facts
from synth.fusion.fusion_metrics import compute_metrics
from synth.fusion.pack import to_markdown
from synth.fusion.rhythm import read_agenda, read_cadence, read_checklist, read_pack

router = guarded_router("fusion")


@router.get("/v1/fusion/metrics")
def show_metrics(context: ContextOf) -> FusionMetricsShown:
    """Give the fusion metrics: formula, target, value with its n, trend, and what is behind."""
    with context.reading() as uow:
        found = compute_metrics(read_facts(context.services, uow))
    return FusionMetricsShown(items=[FusionMetricShown.of(one) for one in found])


@router.get("/v1/fusion/agenda")
def show_agenda(context: ContextOf) -> AgendaShown:
    """Give the agenda of the next fusion review, from what lies on the table now."""
    with context.reading() as uow:
        return AgendaShown.of(read_agenda(context.services, uow))


@router.get("/v1/fusion/cadence")
def show_cadence(context: ContextOf) -> CadencesShown:
    """Give each product manager's weeks: one anomaly, five conversations."""
    with context.reading() as uow:
        found = read_cadence(context.services, uow)
    return CadencesShown(items=[CadenceShown.of(one) for one in found])


@router.get("/v1/fusion/checklist")
def show_checklist(context: ContextOf) -> ChecklistShown:
    """Give the starter checklist, its state computed."""
    with context.reading() as uow:
        found = read_checklist(context.services, uow)
    return ChecklistShown(items=[CheckStepShown.model_validate(one) for one in found])


@router.get("/v1/fusion/pack", response_class=PlainTextResponse)
def show_pack(context: ContextOf) -> Response:
    """Give the executive pack as Markdown; quotes only of people who agreed to be quoted."""
    with context.reading() as uow:
        text = to_markdown(read_pack(context.services, uow))
    headers = {"Content-Disposition": 'attachment; filename="pack.md"'}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


@router.post("/v1/fusion/confidence", status_code=201)
def answer_survey(given: ConfidenceGiven, context: ContextOf) -> AnswerShown:
    """Answer how sure you are of this quarter's decisions; replaces your earlier answer."""
    answer = actions.answer_survey(context.services, context.actor, given.score)
    return AnswerShown.model_validate(answer, from_attributes=True, extra="ignore")


@router.post("/v1/fusion/reviews", status_code=201)
def hold_review(given: ReviewGiven, context: ContextOf) -> ReviewHeldShown:
    """Record that a fusion review took place."""
    held = actions.hold_review(context.services, context.actor, **given.model_dump())
    return ReviewHeldShown.model_validate(held)


@router.put("/v1/fusion/key-metrics")
def choose_key_metrics(given: KeyMetricsGiven, context: ContextOf) -> KeyMetricsShown:
    """Choose the metrics that matter most."""
    names = actions.choose_key_metrics(context.services, context.actor, given.names)
    return KeyMetricsShown(names=names)
