"""One insight: its story to read and print, and what people do next, by forms."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.framing import make_frame
from api.web.insight_contexts import CasePage
from api.web.insight_page import load, make_page, title_of
from api.web.rendering import render
from api.web.session import Serving, Visiting, Visitor
from synth.access.policy import Action, require
from synth.fusion.case_study import to_markdown
from synth.fusion.reading import read_case_study
from synth.services import Services

router = APIRouter()

ABOVE = (("Insights", "/insights"),)


@router.get("/insights/{insight_id}")
def show_insight(
    request: Request, visitor: Visiting, services: Serving, insight_id: str
) -> Response:
    """Show one insight as it was approved and what became of it, ready to print."""
    return show(request, visitor, services, insight_id)


@router.get("/insights/{insight_id}/case-study")
def show_case_study(
    request: Request, visitor: Visiting, services: Serving, insight_id: str
) -> Response:
    """Show the one-page case study."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        study = read_case_study(uow, insight_id, now=services.clock())
        crumbs = (*ABOVE, (study.title, f"/insights/{insight_id}"))
        frame = make_frame(
            request, uow, visitor, title="Case study", section="insights", crumbs=crumbs
        )
    href = f"/insights/{insight_id}/case-study.md"
    return render(request, "case.html", CasePage(study=study, href=href), frame)


@router.get("/insights/{insight_id}/case-study.md")
def download_case_study(visitor: Visiting, services: Serving, insight_id: str) -> Response:
    """Download the case study as Markdown; quotes only by consent."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        text = to_markdown(read_case_study(uow, insight_id, now=services.clock()))
    headers = {"Content-Disposition": 'attachment; filename="case-study.md"'}
    return Response(text, media_type="text/markdown", headers=headers)


def show(
    request: Request,
    visitor: Visitor,
    services: Services,
    insight_id: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    """Return the page of an insight; `errors` say why a form was refused."""
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        loaded = load(uow, insight_id, now=now, actor=visitor.actor)
        frame = make_frame(
            request, uow, visitor, title=title_of(loaded), section="insights", crumbs=ABOVE
        )
    page = make_page(loaded, visitor.actor, today=now.date(), errors=errors)
    return render(request, "insight.html", page, frame, status=status)
