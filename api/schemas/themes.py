"""Themes and the runs that find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field, model_validator

from api.schemas.base import Given, Page, Share, Shown

Title = Annotated[str, Field(min_length=1, max_length=200)]
LARGEST_SEED = 2**31 - 1


class ThemeRunGiven(Given):
    """How themes are to be computed; without a seed, the installation's."""

    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None


class ThemeRunShown(Shown):
    """One computation of themes; every chunk is in a theme or in the unthemed count."""

    id: str
    seed: int
    method: str
    manifest: Mapping[str, str]
    chunks: int
    unthemed: int
    created_at: datetime


class ThemeShown(Shown):
    """A persistent cluster of passages, counted in people."""

    id: str
    run_id: str
    rank: int
    title: str
    description: str
    keywords: tuple[str, ...]
    titled_by: str | None
    is_hidden: bool
    people: int
    mentions: int
    documents: int
    share: Share


class ThemesPage(Page[ThemeShown]):
    """Themes, the one most people speak about first, with the run they come from."""

    run: ThemeRunShown | None


class ThemeChange(Given):
    """What is to change: the title, or whether the theme is hidden."""

    title: Title | None = None
    hidden: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> ThemeChange:
        if self.title is None and self.hidden is None:
            raise ValueError("send `title`, `hidden` or both")
        return self


class ThemeMerge(Given):
    """The themes that are taken into the one of the address."""

    theme_ids: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=50)
    ]
