"""Themes and the runs that find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from api.schemas.base import Given, Page, Share, Shown
from api.schemas.jobs import JobShown
from synth.themes.codebook import Codebook
from synth.themes.edits import EditKind
from synth.themes.types import CautionKind, Level, Origin

Id = Annotated[str, Field(min_length=1, max_length=64)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
MOST_PASSAGES = 10_000
LARGEST_SEED = 2**31 - 1


class ThemeRunGiven(Given):
    """How themes are to be computed; without a seed, the installation's.

    They go on from those there are, unless others are clearly better or `afresh` is asked for.
    """

    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None
    afresh: bool = False


class CautionShown(Shown):
    """What to know before trusting the themes of a run, and what to do about it."""

    kind: CautionKind
    text: str


class ThemeRunShown(Shown):
    """One computation of themes; every chunk is in a theme or in the unthemed count."""

    id: str
    seed: int
    method: str
    manifest: Mapping[str, str]
    chunks: int
    unthemed: int
    created_at: datetime
    previous_id: str | None
    cautions: tuple[CautionShown, ...]
    boilerplate_lines: int  #: that many documents repeat, and that no theme depends on


class ThemeShown(Shown):
    """A persistent cluster of passages, counted in people."""

    id: str
    run_id: str
    rank: int | None  #: place in the list; null for a theme shown alone
    title: str
    description: str
    keywords: tuple[str, ...]
    titled_by: str | None
    is_hidden: bool
    people: int
    mentions: int
    documents: int
    share: Share
    level: Level
    parent_id: str | None
    origin: Origin
    title_source: str
    contrast: str
    is_pinned: bool


class ThemesPage(Page[ThemeShown]):
    """Themes, the one most people speak about first, with the run they come from."""

    run: ThemeRunShown | None


class ThemeChange(Given):
    """What is to change: the title, whether the theme is hidden, whether it is pinned."""

    title: Title | None = None
    hidden: bool | None = None
    pinned: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> ThemeChange:
        if self.title is None and self.hidden is None and self.pinned is None:
            raise ValueError("send `title`, `hidden`, `pinned` or several of them")
        return self


class ThemeMerge(Given):
    """The themes that are taken into the one of the address."""

    theme_ids: Annotated[list[Id], Field(min_length=1, max_length=50)]


class ThemeSplit(Given):
    """What leaves the theme: passages or sub-themes; without a title it gets its own words."""

    chunk_ids: Annotated[tuple[Id, ...], Field(max_length=MOST_PASSAGES)] = ()
    sub_theme_ids: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    title: Title | None = None


class ThemeMade(Given):
    """The passages of a new theme; without a title it gets its own words."""

    chunk_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_PASSAGES)]
    title: Title | None = None


class PassagesMove(Given):
    """The passages that are to move."""

    chunk_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_PASSAGES)]


class ThemeUndo(Given):
    """The edit to take back; without one, the caller's own last."""

    edit_id: Id | None = None


class EditShown(Shown):
    """One thing a person decided about themes."""

    id: str
    kind: EditKind
    theme_id: str | None
    into: str | None
    new_theme_id: str | None
    title: str
    chunk_ids: tuple[str, ...]
    author_id: str
    created_at: datetime


class CodebookShown(JobShown):
    """The job that finds the passages of codes, and what was read of their file."""

    codes: tuple[str, ...]  #: names
    problems: tuple[str, ...]  #: rows left out, with line, what was found and expected

    @classmethod
    def of(cls, job: JobShown, book: Codebook) -> CodebookShown:
        """Return `job` with what was read."""
        names = tuple(code.name for code in book.codes)
        return cls(**job.model_dump(), codes=names, problems=book.problems)


class LineageShown(Shown):
    """One change to themes, by a run or by a person."""

    at: datetime
    kind: str
    level: Level | None
    from_id: str | None
    to_id: str | None
    title: str  #: that the run or the person gave
    from_title: str  #: what it is called now; empty where it is no more
    to_title: str
    overlap: float | None
    passages: int | None
    run_id: str | None
    edit_id: str | None
    author_id: str | None
    undone_by: str | None
    act: str  #: what edits made by one step have in common; empty: there is no other
