"""Errors as pages: what failed, what is safe, what to do."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import ErrorPage
from api.web.part_contexts import Frame
from api.web.rendering import render

ADVICE = {
    400: "Nothing was saved. Go back, correct what is named above and send it again.",
    403: "Nothing was changed. Ask somebody with the role named above.",
    404: "It may have been replaced by a newer run, or the address is wrong.",
    409: "Nothing was changed. Open the page again to see how things stand.",
    412: "Nothing was decided. Open the draft again, read what changed, then decide.",
    413: "Nothing was stored. Split the file, or ask an admin to raise the limit.",
    422: "Nothing was stored. Correct what is named above and send it again.",
    428: "Nothing was decided. Open the draft again, then decide.",
}
DEFAULT_ADVICE = "What was stored before is safe. Try again; if it fails again, tell an admin."


def render_error(request: Request, status: int, title: str, detail: str) -> Response:
    """Return the error page; somebody not signed in is sent to the sign-in form instead."""
    if status == 401:
        return _to_sign_in(request)
    page = ErrorPage(
        status=status, title=title, detail=detail, advice=ADVICE.get(status, DEFAULT_ADVICE)
    )
    return render(request, "error.html", page, Frame(title=title), status=status)


def _to_sign_in(request: Request) -> Response:
    path = request.url.path
    back = f"?next={quote(path)}" if request.method == "GET" and path != "/" else ""
    return RedirectResponse(f"/sign-in{back}", status_code=303)
