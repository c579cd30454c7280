"""One theme: who speaks about it, on which side, since when, in which segments."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.web.framing import make_frame
from api.web.pages.themes import ABOVE, Undone
from api.web.rendering import render
from api.web.session import Serving, Visiting
from api.web.theme_history import find_undo
from api.web.theme_page import load, make_page
from synth.access.policy import Action
from synth.errors import NotFound
from synth.themes import repo

router = APIRouter()


@router.get("/themes/{theme_id}")
def show_theme(
    request: Request,
    visitor: Visiting,
    services: Serving,
    theme_id: str,
    after: int = 0,
    undo: Undone = [],  # noqa: B006 - never changed
) -> Response:
    """Show a theme; one merged away leads to the theme it is part of now."""
    with services.reading(visitor.workspace_id) as uow:
        stored = {one.before.id: one for one in repo.load_themes(uow)}
        if theme_id not in stored or stored[theme_id].after.is_gone:
            raise NotFound(f"no theme {theme_id} in the current run; see the list of themes")
        own = stored[theme_id].after
        if own.merged_into:
            return RedirectResponse(f"/themes/{own.merged_into}", status_code=303)
        loaded = load(uow, stored, theme_id, after=max(after, 0))
        undone = find_undo(uow, request, undo, loaded.edits)
        frame = make_frame(request, uow, visitor, title=own.title, section="themes", crumbs=ABOVE)
    page = make_page(loaded, theme_id, may_edit=visitor.may(Action.EDIT_THEMES))
    return render(request, "theme.html", replace(page, undo=undone), frame)
