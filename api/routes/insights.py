"""Insights: approved hypotheses and nothing else; what is decided, tried and seen of each."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.quoting import quotable
from api.schemas.base import Page
from api.schemas.insights import DecisionShown, InsightListed, RecordShown
from api.schemas.outcomes import (
    DecisionGiven,
    InsightTestBody,
    LabelsGiven,
    OutcomeBody,
    ReopenBody,
)
from api.web.case_page import case_html
from synth.fusion.case_study import to_markdown
from synth.fusion.reading import quotable as quotable_in
from synth.fusion.reading import read_case_study
from synth.insights import actions, export
from synth.insights.recording import (
    InsightTestGiven,
    MeasuredGiven,
    OutcomeGiven,
    QuoteGiven,
    ResultsGiven,
)
from synth.insights.search import Wanted, find
from synth.insights.standing import list_standings, load_record
from synth.insights.types import Choice, FlagCode, LabelKind, LoopState
from synth.review.merging import of_other_anomalies

router = guarded_router("insights")

Word = Annotated[str, Query(max_length=80)]


@router.get("/v1/insights")
def list_insights(
    context: ContextOf,
    paging: PagingOf,
    q: Annotated[str, Query(max_length=1000)] = "",
    metric: Annotated[str, Query(max_length=200)] = "",
    theme: Annotated[str, Query(max_length=64)] = "",
    persona: Word = "",
    job: Word = "",
    pain: Word = "",
    area: Word = "",
    stage: Word = "",
    priority: Word = "",
    state: LoopState | None = None,
    decision: Choice | None = None,
    flag: FlagCode | None = None,
    owner: Annotated[str, Query(max_length=64)] = "",
) -> Page[InsightListed]:
    """List or search approved hypotheses, overdue ones first, else newest first."""
    given = (persona, job, pain, area, stage, priority)
    labels = {kind: value for kind, value in zip(LabelKind, given, strict=True) if value}
    wanted = Wanted(
        text=q,
        metric=metric,
        theme_id=theme,
        labels=labels,
        state=state,
        choice=decision,
        flag=flag,
        owner_id=owner,
    )
    now = context.services.clock()
    with context.reading() as uow:
        found = find(list_standings(uow, now=now), wanted)
        allowed = quotable(uow, [each.insight.content for each in found])
    shown = [InsightListed.stands(each, allowed, now.date()) for each in found]
    return paging.cut(shown, lambda each: each.id)


@router.get("/v1/insights/{insight_id}")
def show_insight(insight_id: str, context: ContextOf) -> RecordShown:
    """Show one insight exactly as it was approved, and all that became of it."""
    return _shown(context, insight_id)


@router.put("/v1/insights/{insight_id}/labels")
def label_insight(insight_id: str, given: LabelsGiven, context: ContextOf) -> RecordShown:
    """Give an insight labels in place of those of the same kinds."""
    labels = given.model_dump(exclude_none=True)
    actions.label(context.services, context.actor, insight_id, labels)
    return _shown(context, insight_id)


@router.post("/v1/insights/{insight_id}/decision", status_code=201)
def decide(insight_id: str, given: DecisionGiven, context: ContextOf) -> DecisionShown:
    """Decide: build, test, investigate or drop; with an owner and a deadline."""
    decision = actions.decide(context.services, context.actor, insight_id, **given.model_dump())
    return DecisionShown.of(decision)


@router.post("/v1/insights/{insight_id}/test", status_code=201)
def start_test(insight_id: str, given: InsightTestBody, context: ContextOf) -> RecordShown:
    """Record what is tried: an A/B test, a flag, a pilot or a rollout."""
    test = InsightTestGiven(**given.model_dump())
    actions.start_test(context.services, context.actor, insight_id, test)
    return _shown(context, insight_id)


@router.post("/v1/insights/{insight_id}/outcome", status_code=201)
def record_outcome(insight_id: str, given: OutcomeBody, context: ContextOf) -> RecordShown:
    """Record numbers and quotes after launch; `close` needs both and what was learnt."""
    outcome = OutcomeGiven(
        measured=[MeasuredGiven(**one.model_dump()) for one in given.quant],
        results=ResultsGiven(**given.results.model_dump()) if given.results else None,
        quotes=[QuoteGiven(**one.model_dump()) for one in given.quotes],
        findings=given.findings,
        learning=given.learning,
        close=given.close,
        test_id=given.test_id,
    )
    actions.record_outcome(context.services, context.actor, insight_id, outcome)
    return _shown(context, insight_id)


@router.post("/v1/insights/{insight_id}/reopen", status_code=201)
def reopen(insight_id: str, given: ReopenBody, context: ContextOf) -> RecordShown:
    """Take a closed or dropped insight up again; it then needs a decision."""
    actions.reopen(context.services, context.actor, insight_id, given.reason, given.note)
    return _shown(context, insight_id)


@router.get("/v1/insights/{insight_id}/case-study", response_class=PlainTextResponse)
def show_case_study(
    insight_id: str, context: ContextOf, format: Literal["markdown", "html"] = "markdown"
) -> Response:
    """Give the one-page case study; quotes only of people who agreed to be quoted."""
    with context.reading() as uow:
        study = read_case_study(uow, insight_id, now=context.services.clock())
    if format == "html":
        return HTMLResponse(case_html(study))
    return _download(to_markdown(study), "text/markdown", "case-study.md")


@router.get("/v1/export/csv", response_class=PlainTextResponse)
def export_csv(context: ContextOf) -> Response:
    """Export the insights as CSV; quotes only of people who agreed to be quoted."""
    with context.reading() as uow:
        return _download(export.export_csv(uow), "text/csv", "insights.csv")


@router.get("/v1/export/markdown", response_class=PlainTextResponse)
def export_markdown(context: ContextOf) -> Response:
    """Export the insights as Markdown; quotes only of people who agreed to be quoted."""
    with context.reading() as uow:
        return _download(export.export_markdown(uow), "text/markdown", "insights.md")


def _shown(context: Context, insight_id: str) -> RecordShown:
    now = context.services.clock()
    with context.reading() as uow:
        record = load_record(uow, insight_id, now=now)
        merged = of_other_anomalies(uow, record.standing.insight.hypothesis_id)
        return RecordShown.of_record(record, quotable_in(uow, record), now.date(), merged)


def _download(text: str, media_type: str, filename: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=disposition)
