"""What became of themes, by runs and by people, and the themes of a codebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web.framing import make_frame
from api.web.pages.themes import ABOVE
from api.web.parts import theme_row
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.theme_contexts import CodebookPage, StoryPage
from api.web.theme_history import story_rows
from api.web.uploading import problem_lines, read_text
from synth.access import repo as access
from synth.access.policy import Action
from synth.errors import Conflict, InputError
from synth.services import Services
from synth.themes import actions, repo
from synth.themes.history import tell
from synth.themes.types import Origin

router = APIRouter()

PAGE = 50


@router.get("/themes/history")
def show_history(
    request: Request, visitor: Visiting, services: Serving, after: int = 0
) -> Response:
    """List what people decided and what runs changed, the newest first; edits can be undone."""
    after = max(after, 0)
    with services.reading(visitor.workspace_id) as uow:
        titles = {one.before.id: one.after.title for one in repo.load_themes(uow)}
        told = tell(repo.list_steps(uow), repo.list_edits(uow), titles=titles)
        names = access.member_names(uow)
        frame = make_frame(request, uow, visitor, title="History", section="themes", crumbs=ABOVE)
    rows = story_rows(told, titles, names)
    page = StoryPage(
        rows=rows[after : after + PAGE],
        more=f"/themes/history?after={after + PAGE}" if len(rows) > after + PAGE else "",
        may_edit=visitor.may(Action.EDIT_THEMES),
    )
    return render(request, "theme_story.html", page, frame)


@router.get("/themes/codebook")
def show_codebook(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List the themes made from codes, and take a file of codes."""
    return _codebook(request, visitor, services)


@router.post("/themes/codebook")
def import_codebook(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Make a theme of each code of a CSV; rows that cannot be used are said on the page."""
    try:
        name, text = read_text(file)
        book, job = actions.import_codebook(services, sender.actor, file=name, text=text)
    except (InputError, Conflict) as error:
        return _codebook(request, sender, services, errors=problem_lines([error.message]))
    if book.problems:
        errors = problem_lines(book.problems)
        return _codebook(request, sender, services, errors=errors, job_id=job.id)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _codebook(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    errors: Sequence[str] = (),
    job_id: str = "",
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        themes = repo.list_themes(uow, hidden=True)
        frame = make_frame(request, uow, visitor, title="Codebook", section="themes", crumbs=ABOVE)
    page = CodebookPage(
        rows=[theme_row(one) for one in themes if one.origin is Origin.CODEBOOK],
        may_edit=visitor.may(Action.EDIT_THEMES),
        errors=errors,
        job=f"/jobs/{job_id}" if job_id else "",
    )
    return render(request, "codebook.html", page, frame, status=422 if errors else 200)
