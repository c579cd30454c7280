"""Who is asking: an API key, or the session cookie a browser got for one."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from starlette.requests import Request

from synth.access.actions import authenticate, resume_session
from synth.access.types import Actor
from synth.errors import Forbidden, Unauthenticated
from synth.services import Services

COOKIE = "synth_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, and the token their forms must carry when a cookie proves who they are."""

    actor: Actor
    csrf_token: str | None  #: None: an API key was sent, so no other site can have made this


def identify(services: Services, request: Request) -> Caller:
    """Return who sent `request`; raises Unauthenticated. A key counts before a cookie."""
    header = request.headers.get("Authorization")
    if header is not None:
        return Caller(actor=authenticate(services, _bearer(header)), csrf_token=None)
    session = (
        resume_session(services, request.cookies[COOKIE]) if COOKIE in request.cookies else None
    )
    if session is None:
        raise Unauthenticated("this needs an API key: send `Authorization: Bearer KEY`")
    return Caller(actor=session[0], csrf_token=session[1])


def check_csrf(caller: Caller, request: Request) -> None:
    """Refuse a change that a cookie alone proves: another site could have caused it.

    Raises:
        Forbidden: the token is missing or is not the session's.
    """
    if caller.csrf_token is None or request.method in SAFE_METHODS:
        return
    token = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(token.encode(), caller.csrf_token.encode()):
        raise Forbidden(
            f"send the session's token in the header {CSRF_HEADER}; reload the page to get it"
        )


def _bearer(header: str) -> str:
    scheme, _, key = header.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
