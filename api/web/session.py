"""Who looks at a page: the session cookie, and the token each form must carry."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request

from api.auth import COOKIE
from api.deps import services_of
from synth.access.actions import resume_session
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.errors import Forbidden, Unauthenticated
from synth.services import Services


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A signed-in person and the token that proves a form came from our page."""

    actor: Actor
    csrf_token: str

    @property
    def workspace_id(self) -> str:
        """Return the workspace the session belongs to."""
        return self.actor.workspace_id

    def may(self, action: Action) -> bool:
        """Return whether the person's roles allow `action`."""
        return may(self.actor, action)


def find_visitor(request: Request) -> Visitor:
    """Return who is signed in; raises Unauthenticated, which pages answer with the sign-in form."""
    token = request.cookies.get(COOKIE, "")
    session = resume_session(services_of(request), token) if token else None
    if session is None:
        raise Unauthenticated("your session ended or you are not signed in: sign in with your key")
    return Visitor(actor=session[0], csrf_token=session[1])


def find_sender(request: Request, csrf_token: Annotated[str, Form()] = "") -> Visitor:
    """Return who sent a form; raises Forbidden unless it carries the session's token."""
    visitor = find_visitor(request)
    if not hmac.compare_digest(csrf_token.encode(), visitor.csrf_token.encode()):
        raise Forbidden("this form is from another session: reload the page and send it again")
    return visitor


Serving = Annotated[Services, Depends(services_of)]
Visiting = Annotated[Visitor, Depends(find_visitor)]
Sending = Annotated[Visitor, Depends(find_sender)]
