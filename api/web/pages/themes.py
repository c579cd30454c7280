"""Themes: the list, one theme with its evidence, what is in no theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import ThemeListPage, ThemePage, UnthemedPage
from api.web.format import headline, moment
from api.web.framing import make_frame
from api.web.link_parts import link_card
from api.web.pages.session import Sending, Serving, Visiting
from api.web.part_contexts import Notice
from api.web.parts import theme_quote, theme_row
from api.web.rendering import render
from synth.access.policy import Action, require
from synth.core.ids import new_id
from synth.jobs import queue
from synth.links import repo as links_repo
from synth.metrics import repo as metrics
from synth.themes import actions, repo
from synth.themes.types import ThemeEvidence, ThemeRun

router = APIRouter()

ABOVE = (("Themes", "/themes"),)
PAGE = 20
FIRST_QUOTES = 3


@router.get("/themes")
def list_themes(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List themes, the one most people speak about first, and say what is in none."""
    with services.reading(visitor.workspace_id) as uow:
        run = repo.current_run(uow)
        found = repo.list_themes(uow, hidden=True)
        pairs = links_repo.list_links(uow)
        frame = make_frame(
            request, uow, visitor, title="Themes", section="themes", as_of=_as_of(run)
        )
    shown = [theme for theme in found if not theme.is_hidden]
    page = ThemeListPage(
        rows=[
            theme_row(theme, [link for link in pairs if link.theme_id == theme.id])
            for theme in shown
        ],
        hidden=[theme_row(theme) for theme in found if theme.is_hidden],
        unthemed=run.unthemed if run else 0,
        considered=run.chunks if run else 0,
        may_build=visitor.may(Action.BUILD_THEMES),
        empty=_empty(run) if not shown else None,
    )
    return render(request, "themes.html", page, frame)


@router.post("/themes/build")
def build(sender: Sending, services: Serving) -> Response:
    """Start a job that builds themes anew."""
    require(sender.actor, Action.BUILD_THEMES)
    with services.writing(sender.workspace_id) as uow:
        job = queue.submit(
            services,
            uow,
            kind="themes",
            arguments={"run_id": new_id(), "seed": services.settings.seed},
            created_by=sender.actor.member.id,
        )
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.get("/themes/unthemed")
def list_unthemed(
    request: Request, visitor: Visiting, services: Serving, after: int = 0
) -> Response:
    """Show the passages that are in no theme."""
    after = max(after, 0)
    with services.reading(visitor.workspace_id) as uow:
        run = repo.current_run(uow)
        found = repo.unthemed(uow, limit=PAGE + 1, after=after)
        frame = make_frame(
            request, uow, visitor, title="In no theme", section="themes", crumbs=ABOVE
        )
    page = UnthemedPage(
        quotes=[theme_quote(item) for item in found[:PAGE]],
        unthemed=run.unthemed if run else 0,
        considered=run.chunks if run else 0,
        more=f"/themes/unthemed?after={after + PAGE}" if len(found) > PAGE else "",
    )
    return render(request, "unthemed.html", page, frame)


@router.get("/themes/{theme_id}")
def show_theme(
    request: Request, visitor: Visiting, services: Serving, theme_id: str, after: int = 0
) -> Response:
    """Show a theme: three people's words first, all its passages, what it is linked to."""
    after = max(after, 0)
    with services.reading(visitor.workspace_id) as uow:
        theme = repo.load_theme(uow, theme_id)
        found = repo.evidence(uow, theme_id, limit=PAGE + 1, after=after)
        pairs = links_repo.list_links(uow, theme_id=theme_id)
        anomalies = {item.id: item for item in metrics.list_anomalies(uow)} if pairs else {}
        known = {item.id: item for item in metrics.list_metrics(uow)} if pairs else {}
        frame = make_frame(request, uow, visitor, title=theme.title, section="themes", crumbs=ABOVE)
    first = three_people(found) if not after else []
    rest = [item for item in found[:PAGE] if item not in first]
    tested = [(anomalies[link.anomaly_id], link) for link in pairs if link.anomaly_id in anomalies]
    page = ThemePage(
        row=theme_row(theme, pairs, anomalies),
        keywords=theme.keywords,
        first_quotes=[theme_quote(item) for item in first],
        evidence=[theme_quote(item) for item in rest],
        more=f"/themes/{theme_id}?after={after + PAGE}" if len(found) > PAGE else "",
        links=[
            (
                link_card(link, title=headline(anomaly, known.get(anomaly.metric_id))),
                f"/anomalies/{anomaly.id}",
            )
            for anomaly, link in tested
        ],
        may_edit=visitor.may(Action.EDIT_THEMES),
    )
    return render(request, "theme.html", page, frame)


@router.post("/themes/{theme_id}/rename")
def rename(
    sender: Sending,
    services: Serving,
    theme_id: str,
    title: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Give a theme a person's title."""
    actions.rename(services, sender.actor, theme_id, title=title.strip())
    return RedirectResponse(f"/themes/{theme_id}?done=renamed", status_code=303)


@router.post("/themes/{theme_id}/hide")
def hide(
    sender: Sending, services: Serving, theme_id: str, hidden: Annotated[str, Form()] = "yes"
) -> Response:
    """Hide a theme from the list, or show it again."""
    actions.hide(services, sender.actor, theme_id, hidden=hidden == "yes")
    done = "hidden" if hidden == "yes" else "shown"
    return RedirectResponse(f"/themes?done={done}", status_code=303)


def three_people(found: Sequence[ThemeEvidence]) -> list[ThemeEvidence]:
    """Return the first passage of each of three people, before a second one of anybody."""
    heard: set[str] = set()
    chosen: list[ThemeEvidence] = []
    for item in found:
        who = item.participant_id or item.document_id
        if who not in heard and len(chosen) < FIRST_QUOTES:
            heard.add(who)
            chosen.append(item)
    return chosen


def _empty(run: ThemeRun | None) -> Notice:
    if run is None:
        return Notice(
            title="No themes yet",
            text="Themes are groups of passages about the same thing, counted in people.",
            steps=(("Upload transcripts, tickets or notes", "/sources"), ("Build themes here", "")),
        )
    return Notice(
        title="Nothing could be grouped",
        text=f"{run.chunks} passages are too few or too different to group: here they all are.",
        steps=(("Read them", "/themes/unthemed"),),
    )


def _as_of(run: ThemeRun | None) -> str:
    if run is None:
        return ""
    return f"Themes as of {moment(run.created_at)}, seed {run.seed}, method {run.method}."
