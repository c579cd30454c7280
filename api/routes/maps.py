"""Who speaks about a theme, and the map of themes as a file."""

from __future__ import annotations

from fastapi import Response

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.schemas.voices import VoicesShown
from api.web.theme_map import load_map, map_file
from synth.errors import NotFound
from synth.themes import repo
from synth.themes.hearing import read_voices
from synth.themes.repo import voices
from synth.themes.types import Level

router = guarded_router("themes")

TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@router.get("/v1/themes/map.svg", response_class=Response)
def draw_svg(context: ContextOf, level: Level = Level.THEME) -> Response:
    """Draw the map of the current run as an SVG: passages coloured by theme."""
    return _file(context, level, "svg")


@router.get("/v1/themes/map.png", response_class=Response)
def draw_png(context: ContextOf, level: Level = Level.THEME) -> Response:
    """Draw the map of the current run as a PNG: passages coloured by theme."""
    return _file(context, level, "png")


@router.get("/v1/themes/{theme_id}/voices")
def show_voices(theme_id: str, context: ContextOf) -> VoicesShown:
    """Show the people of a theme: sides as read by machine, weeks, segments, last word."""
    with context.reading() as uow:
        theme = repo.load_theme(uow, theme_id)
        return VoicesShown.of(read_voices(voices.spoken(uow, theme.id), voices.heard(uow)))


def _file(context: Context, level: Level, form: str) -> Response:
    with context.reading() as uow:
        run = repo.current_run(uow)
        found = load_map(uow, level)
    if run is None or not found.dots:
        raise NotFound("no map yet: build themes, and wait for the last step of that job")
    return Response(
        map_file(found, run, form),
        media_type=TYPES[form],
        headers={"Content-Disposition": f'inline; filename="themes.{form}"'},
    )
