"""What the pages of themes are given: frozen values, ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.map_area import Area
from api.web.map_scene import Scene
from api.web.part_contexts import Count, LinkCard, Notice, Option, QuoteCard, StateTag, ThemeRow
from api.web.weeks import WeekChart


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One choice of a view: a link."""

    words: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class SidesShown:
    """How a theme's people sound, read by machine."""

    trouble: Count
    fine: Count
    is_opposed: bool
    most: str  #: what the larger side says, in words; empty: nothing was read
    least: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """When a theme was last heard."""

    words: str
    tag: StateTag | None  #: None: fresh, which needs no mark
    is_stale: bool


@dataclass(frozen=True, kw_only=True)
class ListedTheme:
    """A theme in the list, with what the run knows of it."""

    row: ThemeRow
    sides: SidesShown
    heard: Heard
    spark: str
    spark_words: str
    parts: int  #: themes of the next finer level in it
    part_of: tuple[str, str] | None  #: (title, address) of the theme that a sub-theme is in
    level: str
    is_pinned: bool


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The edit just made, which can be taken back."""

    words: str
    edit_ids: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ThemeListPage:
    """themes.html."""

    rows: Sequence[ListedTheme]
    hidden: Sequence[ThemeRow]
    levels: Sequence[Switch]
    sorts: Sequence[Switch]
    targets: Sequence[Option]  #: themes that others can be merged into
    unthemed: int
    considered: int
    may_build: bool
    may_edit: bool
    silence: str  #: that nobody was heard for long; empty: somebody was
    cautions: Sequence[str]  #: what to know before trusting these themes
    boilerplate: int  #: lines that many documents repeat, and that no theme depends on
    undo: Undo | None
    empty: Notice | None


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """A segment's share of a theme."""

    name: str
    count: Count
    others: str
    stands_out: str  #: "more often" or "less often" than the others; empty: within chance


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A passage that can be chosen for an edit."""

    quote: QuoteCard
    chunk_id: str
    note: str = ""  #: "borderline", or why it is in no theme


@dataclass(frozen=True, kw_only=True)
class ThemePage:
    """theme.html."""

    row: ThemeRow
    level: str
    parent: tuple[str, str] | None  #: (title, address)
    parts: Sequence[tuple[str, str, Count]]  #: (title, address, people)
    parts_word: str
    splits: Sequence[Option]  #: sub-themes that can become themes; none for a single one
    keywords: Sequence[str]
    contrast: str
    sides: SidesShown
    first: Sequence[Chosen]  #: three people
    with_most: Sequence[Chosen]
    against: Sequence[Chosen]
    unread: Sequence[Chosen]
    more: str  #: address of more evidence; empty: none
    trend: WeekChart | None
    trend_words: str
    heard: Heard
    segments: Sequence[SegmentRow]
    links: Sequence[tuple[LinkCard, str]]  #: (the test, address of the anomaly)
    lineage: Sequence[tuple[str, str]]  #: (when, what happened), newest first
    edits: Sequence[tuple[str, str, str]]  #: (when, what was decided, edit id that can be undone)
    targets: Sequence[Option]
    may_edit: bool
    may_regroup: bool  #: only themes are split, merged and moved into
    is_pinned: bool
    undo: Undo | None


@dataclass(frozen=True, kw_only=True)
class StoryRow:
    """One thing that became of themes."""

    when: str
    who: str  #: a person's name, or "run"
    words: str
    theme: tuple[str, str] | None  #: (title, address); no address: it is no more
    edit_id: str  #: that can be undone; empty: none
    is_undone: bool
    inside: Sequence[tuple[str, str, str]] = ()  #: of several in one: (title, address, level)


@dataclass(frozen=True, kw_only=True)
class StoryPage:
    """theme_story.html."""

    rows: Sequence[StoryRow]
    more: str
    may_edit: bool


@dataclass(frozen=True, kw_only=True)
class CodebookPage:
    """codebook.html."""

    rows: Sequence[ThemeRow]
    may_edit: bool
    errors: Sequence[str]
    job: str  #: address of the run that looks for the passages of the rows taken in


@dataclass(frozen=True, kw_only=True)
class MapRow:
    """A theme in the contents of the map."""

    id: str
    title: str
    href: str
    count: Count
    dots: int
    mark: int  #: colour and shape; -1: grey
    focus_href: str  #: the map with this theme in or out of focus
    focus_words: str


@dataclass(frozen=True, kw_only=True)
class MapPage:
    """map.html."""

    scene: Scene | None
    colours: Sequence[str]
    rows: Sequence[MapRow]
    levels: Sequence[Switch]
    unthemed: int
    words: str  #: how many passages are drawn, and which are not
    chosen: Sequence[Chosen]
    chosen_words: str
    area: Area | None  #: what was drawn; its passages come ticked
    downloads: Sequence[tuple[str, str]]
    targets: Sequence[Option]
    may_edit: bool
    keep: Sequence[tuple[str, str]]  #: fields that keep the view when a place is chosen
    undo: Undo | None
    empty: Notice | None


@dataclass(frozen=True, kw_only=True)
class UnthemedPage:
    """unthemed.html."""

    quotes: Sequence[Chosen]
    reasons: Sequence[Switch]
    targets: Sequence[Option]
    unthemed: int
    considered: int
    more: str
    may_edit: bool
    undo: Undo | None
