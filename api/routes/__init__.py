"""JSON under /v1; each endpoint calls one action or one reading."""

from api.routes import (
    access,
    anomalies,
    audit,
    events,
    health,
    hypotheses,
    insights,
    jobs,
    investigations,
    links,
    maps,
    metrics,
    people,
    review,
    search,
    sources,
    theme_edits,
    themes,
)

ROUTERS = (
    health.router,
    access.router,
    sources.router,
    people.router,
    search.router,
    theme_edits.router,
    maps.router,  # before themes: `map.svg` is no theme's id
    themes.router,
    metrics.router,
    events.router,
    anomalies.router,
    links.router,
    review.router,
    hypotheses.router,
    investigations.router,
    insights.router,
    jobs.router,
    audit.router,
)
