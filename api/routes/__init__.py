"""JSON under /v1; each endpoint calls one action or one reading."""

from api.routes import (
    access,
    anomalies,
    audit,
    health,
    jobs,
    metrics,
    people,
    search,
    sources,
)

ROUTERS = (
    health.router,
    access.router,
    sources.router,
    people.router,
    search.router,
    metrics.router,
    anomalies.router,
    jobs.router,
    audit.router,
)
