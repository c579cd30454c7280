"""The map of passages: a page that finds what the grouping missed, and files for documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.web.format import counted
from api.web.framing import make_frame
from api.web.map_area import dots_in, read_area
from api.web.map_scene import COLOURS, FOCUS, default_focus, make_scene, near
from api.web.pages.themes import ABOVE, Undone
from api.web.part_contexts import Count, Notice
from api.web.parts import theme_quote
from api.web.rendering import render
from api.web.session import Serving, Visiting
from api.web.theme_contexts import Chosen, MapPage, MapRow, Switch
from api.web.theme_history import find_undo
from api.web.theme_map import MapOf, load_map, place_note, small_map
from api.web.theme_parts import LEVELS, options
from synth.access.policy import Action
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.map import Dot
from synth.themes.types import Level

router = APIRouter()

#: Passages that a place on the map brings up.
MOST_NEAR = 12
#: Passages of an area that are listed; more are a theme's page.
MOST_INSIDE = 200


@router.get("/themes/map")
def show_map(
    request: Request,
    visitor: Visiting,
    services: Serving,
    level: Level = Level.THEME,
    focus: Annotated[list[str], Query()] = [],  # noqa: B006 - never changed
    x: float | None = None,
    y: float | None = None,
    area: str = "",
    corner: Annotated[list[str], Query()] = [],  # noqa: B006 - never changed
    undo: Undone = [],  # noqa: B006 - never changed
) -> Response:
    """Show the map, its contents, and the passages at a place or in an area chosen on it."""
    drawn_area = read_area(area or ",".join(corner))
    with services.reading(visitor.workspace_id) as uow:
        run = repo.current_run(uow)
        found = load_map(uow, level)
        inside = dots_in(drawn_area, found.dots) if drawn_area else []
        chosen = _chosen(uow, found, inside[:MOST_INSIDE] or _near(found, x, y))
        undone = find_undo(uow, request, undo)
        frame = make_frame(request, uow, visitor, title="Map", section="themes", crumbs=ABOVE)
    wanted = [one for one in focus if one in found.titles][-FOCUS:] or default_focus(found.themes)
    may_edit = visitor.may(Action.EDIT_THEMES)
    drawn = bool(found.dots)
    page = MapPage(
        scene=make_scene(found.dots, found.themes, focus=wanted, home=found.home)
        if drawn
        else None,
        colours=COLOURS,
        rows=_rows(found, level, wanted),
        levels=_levels(level, found.levels),
        unthemed=found.unthemed,
        words=place_note(found, run),
        chosen=chosen,
        chosen_words=_area_words(inside, chosen) if drawn_area else _chosen_words(chosen),
        area=drawn_area,
        downloads=[
            (name, f"/v1/themes/map.{name.lower()}?level={level}") for name in ("SVG", "PNG")
        ],
        targets=options(found.themes) if level is Level.THEME else [],
        may_edit=may_edit and level is Level.THEME,
        keep=[("level", level), *(("focus", one) for one in wanted)],
        undo=undone,
        empty=None if drawn else _empty(has_run=run is not None),
    )
    return render(request, "map.html", page, frame)


@router.get("/themes/{theme_id}/map.svg")
def show_small_map(visitor: Visiting, services: Serving, theme_id: str) -> Response:
    """Draw where a theme's passages lie; a picture of the theme's page, loaded after it."""
    with services.reading(visitor.workspace_id) as uow:
        picture = small_map(uow, theme_id)
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def _near(found: MapOf, x: float | None, y: float | None) -> list[Dot]:
    return [] if x is None or y is None else near(found.dots, x, y, most=MOST_NEAR)


def _chosen(uow: UnitOfWork, found: MapOf, dots: Sequence[Dot]) -> list[Chosen]:
    return [
        Chosen(
            quote=theme_quote(item),
            chunk_id=item.chunk_id,
            note=found.titles.get(found.home.get(item.chunk_id, ""), "in no theme"),
        )
        for item in repo.quotable(uow, [dot.chunk_id for dot in dots])
    ]


def _rows(found: MapOf, level: Level, focus: Sequence[str]) -> list[MapRow]:
    marks: Mapping[str, int] = {one: place for place, one in enumerate(focus)}
    return [
        MapRow(
            id=theme.id,
            title=theme.title,
            href=f"/themes/{theme.id}",
            count=Count(share=theme.share),
            dots=found.dots_of[theme.id],
            mark=marks.get(theme.id, -1),
            focus_href=_focused(level, focus, theme.id),
            focus_words="Grey out" if theme.id in marks else "Colour",
        )
        for theme in found.themes
        if found.dots_of[theme.id]
    ]


def _focused(level: Level, focus: Sequence[str], theme_id: str) -> str:
    """Return the map with a theme in or out of focus; a seventh pushes the oldest out."""
    if theme_id in focus:
        wanted = [one for one in focus if one != theme_id]
    else:
        wanted = [*focus, theme_id][-FOCUS:]
    return f"/themes/map?{urlencode([('level', level), *(('focus', one) for one in wanted)])}"


def _levels(chosen: Level, present: Sequence[Level]) -> list[Switch]:
    if len(present) < 2:
        return []
    return [
        Switch(words=LEVELS[one], href=f"/themes/map?level={one}", is_chosen=one is chosen)
        for one in present
    ]


def _chosen_words(chosen: Sequence[Chosen]) -> str:
    people = {one.quote.speaker for one in chosen}
    if not chosen:
        return ""
    return (
        f"At this place: {counted(len(chosen), 'passage')} of {counted(len(people), 'speaker')}, "
        "nearest first"
    )


def _area_words(inside: Sequence[Dot], chosen: Sequence[Chosen]) -> str:
    text = f"In this area: {counted(len(inside), 'passage')}"
    if len(chosen) == len(inside):
        people = {one.quote.speaker for one in chosen}
        return f"{text} of {counted(len(people), 'speaker')}, nearest its middle first"
    return f"{text}; the {len(chosen)} nearest its middle that may be quoted are listed"


def _empty(*, has_run: bool) -> Notice:
    if not has_run:
        return Notice(
            title="No map yet",
            text="The map is drawn after themes were built.",
            steps=(("Go to themes", "/themes"),),
        )
    return Notice(
        title="The map is not drawn yet",
        text="It is drawn in the background after the themes; they are complete without it.",
        steps=(("See the job", "/jobs"), ("Go to themes", "/themes")),
    )
