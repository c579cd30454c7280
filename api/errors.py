"""Errors to answers: RFC 9457 `application/problem+json`, or a page for a browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError, StatementError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from synth.errors import BackendError, InputError, SynthError

PROBLEM = "application/problem+json"

STATUS: dict[str, int] = {
    "invalid_input": 422,
    "unsupported_format": 415,
    "not_found": 404,
    "unauthenticated": 401,
    "forbidden": 403,
    "conflict": 409,
    "stale_revision": 412,
    "precondition_missing": 428,
    "too_large": 413,
    "backend_failed": 503,
    "malformed": 400,
    "method_not_allowed": 405,
    "error": 500,
}
CODES = {status: code for code, status in STATUS.items()}
HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="synth"'},
    503: {"Retry-After": "5"},
}
#: Facts of an InputError that say where it was.
PLACE = ("file", "line", "found", "expected")

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Let every error of `app` end in a problem."""
    app.add_exception_handler(SynthError, _on_synth_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(OperationalError, _on_database_down)
    for unstorable in (DataError, OverflowError, UnicodeEncodeError):
        app.add_exception_handler(unstorable, _on_unstorable)


def problem(
    request: Request,
    *,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer for an error: JSON, or a page where a person is looking."""
    status = STATUS[code]
    title = HTTPStatus(status).phrase
    more = {**HEADERS.get(status, {}), **(headers or {})}
    if _wants_page(request):
        page = _render_page(request, status, title, detail)
        page.headers.update(more)
        return page
    body = {
        "type": f"urn:synth:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "request_id": getattr(request.state, "request_id", None),
        "errors": list(errors),
    }
    return JSONResponse(body, status, more, media_type=PROBLEM)


def unexpected(request: Request, error: Exception) -> Response:
    """Return the answer to an error nobody meant; the traceback goes to the log only."""
    _log_error("unexpected error", request, error)
    return problem(
        request,
        code="error",
        detail="something went wrong here; nothing was half-written, and the log says what it was",
    )


def _log_error(what: str, request: Request, error: Exception) -> None:
    """Log an error with its traceback, yet neither the address nor the rows: people write those."""
    if isinstance(error, StatementError):
        error.hide_parameters = True
    route = getattr(request.scope.get("route"), "path", "an unknown address")
    _log.error("%s in %s %s", what, request.method, route, exc_info=error)


def _wants_page(request: Request) -> bool:
    accepts_html = "text/html" in request.headers.get("accept", "")
    return accepts_html and not request.url.path.startswith("/v1/")


def _on_synth_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SynthError)
    place = {name: error.data[name] for name in PLACE if error.data.get(name) is not None}
    return problem(request, code=error.code, detail=error.message, errors=[place] if place else ())


def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem(request, code="malformed", detail="the body is not valid JSON")
    errors = [
        {"where": ".".join(str(part) for part in item["loc"]), "expected": item["msg"]}
        for item in found
    ]
    detail = "; ".join(f"{item['where']}: {item['expected']}" for item in errors[:5])
    return problem(request, code="invalid_input", detail=detail, errors=errors)


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        page = "there is no page at this address"
        detail = page if _wants_page(request) else "no such address; /openapi.json lists them"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} is not possible here"
    code = CODES.get(error.status_code, "malformed" if error.status_code < 500 else "error")
    return problem(request, code=code, detail=detail, headers=error.headers)


def _on_database_down(request: Request, error: Exception) -> Response:
    _log_error("database failed", request, error)
    return _on_synth_error(request, BackendError("the database did not answer; try again"))


def _on_unstorable(request: Request, _error: Exception) -> Response:
    return _on_synth_error(
        request,
        InputError(
            "the request holds a character or a number the database cannot keep",
            expected="Unicode text without NUL",
        ),
    )


def _render_page(request: Request, status: int, title: str, detail: str) -> Response:
    from api.web.pages import render_error  # pages raise what is here

    return render_error(request, status, title, detail)
