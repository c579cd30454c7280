"""All pages: one file per section, one router."""

from fastapi import APIRouter

from api.web.pages import (
    accounts,
    admin,
    anomalies,
    backlog,
    documents,
    draft,
    entry,
    events,
    experiments,
    fusion,
    gallery,
    home,
    insight,
    insights,
    investigation_evidence,
    investigations,
    loop,
    maps,
    metric_settings,
    metrics,
    people,
    review,
    review_measures,
    rules,
    sources,
    theme,
    theme_edits,
    themes,
)
from api.web.pages.failures import render_error

router = APIRouter(include_in_schema=False)
for section in (
    entry,
    events,
    home,
    metric_settings,
    metrics,
    experiments,
    rules,
    anomalies,
    investigations,
    investigation_evidence,
    accounts,
    themes,
    maps,
    theme_edits,
    theme,
    review,
    review_measures,
    draft,  # after the other pages under /review, whose names are no draft's id
    insights,
    insight,
    loop,
    backlog,
    fusion,
    sources,
    documents,
    people,
    admin,
    gallery,
):
    router.include_router(section.router)

__all__ = ["render_error", "router"]
