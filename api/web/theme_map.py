"""The map of a level: which dot belongs to which theme, and the map as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from api.web.format import day
from api.web.map_image import draw_png
from api.web.map_scene import COLOURS, default_focus, make_scene
from api.web.rendering import environment
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.map import Dot
from synth.themes.repo import places, voices
from synth.themes.types import Level, Theme, ThemeRun

#: Dots of a small map that are not its theme's.
MOST_DOTS = 1500
READING = "Near = similar words; distance and axes mean nothing."


@dataclass(frozen=True, kw_only=True)
class MapOf:
    """The map at one level."""

    dots: Sequence[Dot]
    themes: Sequence[Theme]
    home: Mapping[str, str]  #: chunk -> its theme of this level
    levels: Sequence[Level]  #: those the run has

    @property
    def titles(self) -> dict[str, str]:
        """Return titles by theme."""
        return {theme.id: theme.title for theme in self.themes}

    @cached_property
    def dots_of(self) -> Counter[str]:
        """Return how many dots each theme has."""
        return Counter(self.home.values())

    @cached_property
    def unthemed(self) -> int:
        """Return how many dots are in no theme."""
        return sum(dot.theme_id is None for dot in self.dots)


def load_map(uow: UnitOfWork, level: Level) -> MapOf:
    """Return the map of the current run at a level; hidden themes are grey."""
    themes = repo.list_themes(uow, level=level)
    stored = repo.load_themes(uow)
    parents = {one.before.id: one.after.parent_id for one in stored}
    known = {theme.id for theme in themes}
    dots = places.dots(uow)
    leads = {one: one for one in known}
    if level is Level.BROAD:
        leads |= {one: parent for one, parent in parents.items() if parent in known}
    home = {}
    for dot in dots:
        is_part = level is Level.SUB and dot.sub_theme_id in known
        theme_id = leads.get((dot.sub_theme_id if is_part else dot.theme_id) or "")
        if theme_id:
            home[dot.chunk_id] = theme_id
    present = {one.before.level for one in stored}
    return MapOf(
        dots=dots, themes=themes, home=home, levels=[one for one in Level if one in present]
    )


def place_note(found: MapOf, run: ThemeRun | None) -> str:
    """Return how many passages are on the map, and how many are in no theme."""
    if run is None:
        return ""
    left = run.chunks - len(found.dots)
    text = (
        f"{len(found.dots):,} of {run.chunks:,} passages are drawn, {found.unthemed:,} in no theme"
    )
    return f"{text}; {left:,} of hardly a word or new since are not." if left > 0 else f"{text}."


def map_file(found: MapOf, run: ThemeRun, form: str) -> bytes:
    """Return the map as the bytes of an "svg" or a "png"."""
    focus = default_focus(found.themes)
    scene = make_scene(found.dots, found.themes, focus=focus, home=found.home)
    title = f"Themes of {day(run.created_at, year=True)}"
    note = f"{READING} {found.unthemed:,} of {len(found.dots):,} passages in no theme (hollow)."
    if form == "png":
        return draw_png(scene, title=title, note=note)
    template = environment().get_template("map.svg")
    text = template.render(scene=scene, colours=COLOURS, title=title, note=note)
    return text.strip().encode()


def small_map(uow: UnitOfWork, theme_id: str) -> bytes:
    """Return a theme's passages among some of all others, as an SVG that fits any background."""
    own = {one.chunk_id for one in voices.spoken(uow, theme_id)}
    dots = places.dots(uow)
    step = max(1, len(dots) // MOST_DOTS)
    kept = [dot for place, dot in enumerate(dots) if dot.chunk_id in own or not place % step]
    scene = make_scene(kept, [], focus=[theme_id], home=dict.fromkeys(own, theme_id))
    text = environment().get_template("map_small.svg").render(scene=scene, colours=COLOURS[:1])
    return text.strip().encode()
