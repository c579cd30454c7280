"""Sign in with an API key, sign out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import COOKIE
from api.web.contexts import SignInPage
from api.web.part_contexts import Frame
from api.web.rendering import render
from api.web.session import Sending, Serving
from synth.access.actions import SESSION_LIFE, close_session, open_session
from synth.errors import Forbidden, Unauthenticated

router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """Ask for an API key."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    services: Serving,
    key: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session and go on to the page asked for."""
    _require_own_origin(request)
    try:
        token = open_session(services, key.strip())
    except Unauthenticated:
        return _form(request, next, wrong=True)
    response = RedirectResponse(_own_path(next), status_code=303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, services: Serving, _sender: Sending) -> Response:
    """End the session."""
    close_session(services, request.cookies[COOKIE])
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE)
    return response


def _form(request: Request, next: str, *, wrong: bool = False) -> Response:
    page = SignInPage(next=_own_path(next), wrong=wrong)
    return render(
        request, "sign_in.html", page, Frame(title="Sign in"), status=401 if wrong else 200
    )


def _own_path(path: str) -> str:
    # Only a path of ours: "//host" and "/\\host" lead to another site.
    safe = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if safe and path.isprintable() else "/"


def _require_own_origin(request: Request) -> None:
    # There is no session yet, so no token: the browser tells where the form came from.
    site = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin", "null")
    is_foreign = origin != "null" and urlsplit(origin).netloc != request.headers.get("host")
    if is_foreign or site not in ("same-origin", "none"):
        raise Forbidden("this form was sent from another site: open the sign-in page here")
