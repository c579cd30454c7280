"""Insights: approved hypotheses and nothing else, read or exported."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import PlainTextResponse

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.quoting import quotable
from api.schemas.base import Page
from api.schemas.hypotheses import InsightShown
from synth.insights import export, repo

router = guarded_router("insights")


@router.get("/v1/insights")
def list_insights(
    context: ContextOf, paging: PagingOf, q: Annotated[str | None, Query(max_length=1000)] = None
) -> Page[InsightShown]:
    """List or search approved hypotheses, newest first."""
    with context.reading() as uow:
        found = repo.list_insights(uow, query=q)
        allowed = quotable(uow, [each.content for each in found])
    return paging.cut([InsightShown.of(each, allowed) for each in found], lambda each: each.id)


@router.get("/v1/insights/{insight_id}")
def show_insight(insight_id: str, context: ContextOf) -> InsightShown:
    """Show one insight exactly as it was approved."""
    with context.reading() as uow:
        insight = repo.load_insight(uow, insight_id)
        return InsightShown.of(insight, quotable(uow, [insight.content]))


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


def _download(text: str, media_type: str, filename: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=disposition)
