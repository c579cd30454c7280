"""JSON under /v1; each endpoint calls one action or one reading."""

from api.routes import access, audit, health

ROUTERS = (health.router, access.router, audit.router)
