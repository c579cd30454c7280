"""All pages: one file per section, one router."""

from fastapi import APIRouter

from api.web.pages import (
    admin,
    anomalies,
    backlog,
    documents,
    entry,
    gallery,
    home,
    insight,
    insights,
    loop,
    maps,
    metric_settings,
    metrics,
    people,
    review,
    sources,
    theme,
    theme_edits,
    themes,
)
from api.web.pages.failures import render_error

router = APIRouter(include_in_schema=False)
for section in (
    entry,
    home,
    metric_settings,
    metrics,
    anomalies,
    themes,
    maps,
    theme_edits,
    theme,
    review,
    insights,
    insight,
    loop,
    backlog,
    sources,
    documents,
    people,
    admin,
    gallery,
):
    router.include_router(section.router)

__all__ = ["render_error", "router"]
