"""Home: what moved, who says why, what is due."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.framing import make_frame
from api.web.home_page import load, make_page
from api.web.rendering import render
from api.web.session import Serving, Visiting

router = APIRouter()


@router.get("/")
def show_home(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the first page."""
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        loaded = load(uow, visitor.actor, now=now)
        to_review = len(loaded.waiting)
        frame = make_frame(request, uow, visitor, title="Home", section="home", to_review=to_review)
    return render(request, "home.html", make_page(loaded, visitor.actor, now=now), frame)
