"""The list of themes at three levels, and the passages that are in no theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.web.format import counted, moment
from api.web.framing import make_frame
from api.web.part_contexts import Notice
from api.web.parts import theme_quote, theme_row
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting
from api.web.theme_contexts import Chosen, Switch, ThemeListPage, UnthemedPage
from api.web.theme_history import find_undo
from api.web.theme_parts import SORTS, level_switch, listed, options, silence, sort_themes
from synth.access.policy import Action, require
from synth.core.ids import new_id
from synth.jobs import queue
from synth.links import repo as links_repo
from synth.themes import repo
from synth.themes.repo import voices
from synth.themes.types import Level, Theme, ThemeRun, UnthemedReason

router = APIRouter()

ABOVE = (("Themes", "/themes"),)
PAGE = 20
REASONS = {
    UnthemedReason.NO_NEIGHBOURS: "unlike the others",
    UnthemedReason.TOO_SHORT: "hardly a word",
    UnthemedReason.TOO_FEW_CHUNKS: "too few to group",
    UnthemedReason.TAKEN_OUT: "taken out by a person",
}
Undone = Annotated[list[str], Query()]


@router.get("/themes")
def list_themes(
    request: Request,
    visitor: Visiting,
    services: Serving,
    level: Level = Level.THEME,
    sort: str = "people",
    undo: Undone = [],  # noqa: B006 - never changed
) -> Response:
    """List themes, the one most people speak about first, and say what is in none."""
    with services.reading(visitor.workspace_id) as uow:
        run = repo.current_run(uow)
        found = repo.list_themes(uow, hidden=True, level=level)
        stored = repo.load_themes(uow) if run else []
        tallies, newest = voices.tallies(uow, level)
        pairs = links_repo.list_links(uow)
        undone = find_undo(uow, request, undo)
        frame = make_frame(
            request, uow, visitor, title="Themes", section="themes", as_of=_as_of(run)
        )
    present = {theme.before.level for theme in stored}
    shown = sort_themes([one for one in found if _is_shown(one)], tallies, sort)
    page = ThemeListPage(
        rows=listed(shown, tallies, pairs, stored=stored, newest=newest),
        hidden=[theme_row(theme) for theme in found if theme.is_hidden],
        levels=level_switch(present, level, "/themes"),
        sorts=_sorts(level, sort),
        targets=options(shown),
        unthemed=run.unthemed if run else 0,
        considered=run.chunks if run else 0,
        may_build=visitor.may(Action.BUILD_THEMES),
        may_edit=visitor.may(Action.EDIT_THEMES) and level is Level.THEME,
        silence=silence(newest, services.clock()),
        cautions=[caution.text for caution in run.cautions] if run else [],
        boilerplate=run.boilerplate_lines if run else 0,
        undo=undone,
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
    request: Request,
    visitor: Visiting,
    services: Serving,
    after: int = 0,
    reason: UnthemedReason | None = None,
    undo: Undone = [],  # noqa: B006 - never changed
) -> Response:
    """Show the passages that are in no theme, each with the reason."""
    after = max(after, 0)
    with services.reading(visitor.workspace_id) as uow:
        run = repo.current_run(uow)
        reasons = repo.unthemed_reasons(uow)
        found = repo.unthemed(uow, limit=PAGE + 1, after=after, reason=reason)
        targets = repo.list_themes(uow) if visitor.may(Action.EDIT_THEMES) else []
        undone = find_undo(uow, request, undo)
        frame = make_frame(
            request, uow, visitor, title="In no theme", section="themes", crumbs=ABOVE
        )
    query = f"reason={reason}&" if reason else ""
    page = UnthemedPage(
        quotes=[
            Chosen(quote=theme_quote(item), chunk_id=item.chunk_id, note=REASONS[why])
            for item, why in found[:PAGE]
        ],
        reasons=_reasons(reasons, reason),
        targets=options(targets),
        unthemed=sum(reasons.values()),
        considered=run.chunks if run else 0,
        more=f"/themes/unthemed?{query}after={after + PAGE}" if len(found) > PAGE else "",
        may_edit=visitor.may(Action.EDIT_THEMES),
        undo=undone,
    )
    return render(request, "unthemed.html", page, frame)


def _is_shown(theme: Theme) -> bool:
    return not theme.is_hidden and (theme.mentions > 0 or theme.is_pinned)


def _sorts(level: Level, chosen: str) -> list[Switch]:
    wanted = chosen if chosen in SORTS else "people"
    return [
        Switch(words=text, href=f"/themes?level={level}&sort={name}", is_chosen=name == wanted)
        for name, text in SORTS.items()
    ]


def _reasons(counts: Mapping[UnthemedReason, int], chosen: UnthemedReason | None) -> list[Switch]:
    every = Switch(
        words=f"all {sum(counts.values()):,}", href="/themes/unthemed", is_chosen=chosen is None
    )
    return [
        every,
        *(
            Switch(
                words=f"{text}: {counts[why]:,}",
                href=f"/themes/unthemed?reason={why}",
                is_chosen=why is chosen,
            )
            for why, text in REASONS.items()
            if counts.get(why)
        ),
    ]


def _empty(run: ThemeRun | None) -> Notice:
    if run is None:
        return Notice(
            title="No themes yet",
            text="Themes are groups of passages about the same thing, counted in people.",
            steps=(("Upload transcripts, tickets or notes", "/sources"), ("Build themes here", "")),
        )
    return Notice(
        title="Nothing could be grouped",
        text=f"{counted(run.chunks, 'passage')}: too few or too different to group. "
        "Here they all are.",
        steps=(("Read them", "/themes/unthemed"),),
    )


def _as_of(run: ThemeRun | None) -> str:
    if run is None:
        return ""
    return f"Themes as of {moment(run.created_at)}, seed {run.seed}, method {run.method}."
