"""JSON under /v1; each endpoint calls one action or one reading."""

from api.routes import access, audit, health, jobs, metrics, people, search, sources

ROUTERS = (
    health.router,
    access.router,
    sources.router,
    people.router,
    search.router,
    metrics.router,
    jobs.router,
    audit.router,
)
