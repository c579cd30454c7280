"""All pages: one file per section."""

from fastapi.routing import APIRoute

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
    theme_story,
    themes,
)
from api.web.pages.failures import render_error

#: In the order in which paths are tried.
SECTIONS = (
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
    theme_story,
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
)
ROUTERS = tuple(section.router for section in SECTIONS)

for route in (route for router in ROUTERS for route in router.routes):
    if isinstance(route, APIRoute):
        route.include_in_schema = False

__all__ = ["ROUTERS", "render_error"]
