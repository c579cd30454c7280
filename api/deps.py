"""What handlers are given: the services, and who asks in which workspace."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.auth import COOKIE, check_csrf, identify
from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

# The two schemes only describe the door in OpenAPI; `admit` is the door.
_bearer = HTTPBearer(auto_error=False, description="API key of one person in one workspace.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False)


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks, and what answers."""

    services: Services
    actor: Actor

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work of the actor's workspace that only reads."""
        return self.services.reading(self.actor.workspace_id)

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work of the actor's workspace that commits."""
        return self.services.writing(self.actor.workspace_id)


def services_of(request: Request) -> Services:
    """Return the services this application was built with."""
    return cast(Services, request.app.state.services)


def admit(request: Request, action: Action) -> Context:
    """Return the context of a request whose caller may do `action`.

    Raises:
        Unauthenticated: nobody is proved.
        Forbidden: the role does not allow it, or the form's token is missing.
    """
    services = services_of(request)
    caller = identify(services, request)
    check_csrf(caller, request)
    require(caller.actor, action)
    return Context(services=services, actor=caller.actor)


def context(
    request: Request,
    _key: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    _session: Annotated[str | None, Security(_cookie)],
) -> Context:
    """Return what the route's guard admitted before the body was read."""
    return cast(Context, request.state.context)


ContextOf = Annotated[Context, Depends(context)]
