"""The door of every JSON route: who asks, may they, and was this asked before."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.deps import admit
from api.idempotency import answer_once
from api.permissions import permission

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route that admits its caller before it reads the body."""

    def get_route_handler(self) -> Handler:
        """Return the handler behind the door; a route without a permission cannot be built."""
        handle = super().get_route_handler()
        action = permission(self.methods or (), self.path)
        if action is None:
            return handle

        async def guarded(request: Request) -> Response:
            request.state.context = await run_in_threadpool(admit, request, action)
            if request.method == "POST" and "Idempotency-Key" in request.headers:
                return await answer_once(request, request.state.context, handle)
            return await handle(request)

        return guarded


def router(tag: str) -> APIRouter:
    """Return a router whose every route is guarded."""
    return APIRouter(route_class=GuardedRoute, tags=[tag])
