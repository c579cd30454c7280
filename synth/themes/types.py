"""Themes and the runs that find them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from synth.core.proportions import Proportion


class UnthemedReason(StrEnum):
    """Why a chunk is in no theme."""

    TOO_SHORT = "too_short"
    NO_NEIGHBOURS = "no_neighbours"
    TOO_FEW_CHUNKS = "too_few_chunks"


@dataclass(frozen=True, kw_only=True)
class ThemeRun:
    """One computation of themes."""

    id: str
    seed: int
    method: str  #: "small" or "density"
    manifest: Mapping[str, str]  #: model, versions, parameters
    chunks: int  #: all chunks considered
    unthemed: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Member:
    """A chunk in a theme."""

    chunk_id: str
    strength: float  #: cosine to the theme's centre, 0 to 1
    exemplar_rank: int | None  #: 0 is the first quote to show


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A persistent cluster of chunks, counted in people."""

    id: str
    run_id: str
    rank: int  #: 0 is the theme most people speak about
    title: str
    description: str
    keywords: tuple[str, ...]
    titled_by: str | None  #: the person who renamed it; None: the machine's title
    is_hidden: bool
    people: int  #: distinct identified participants
    mentions: int  #: chunks
    documents: int
    share: Proportion  #: people of all identified people with evidence in the run


@dataclass(frozen=True, kw_only=True)
class ThemeEvidence:
    """A passage of a theme with all a citation needs."""

    chunk_id: str
    document_id: str
    start: int
    end: int
    quote: str
    participant_id: str | None
    speaker: str
    at_ms: int | None
    occurred_at: datetime | None
    kind: str
    segments: Mapping[str, str]
    strength: float


@dataclass(frozen=True, kw_only=True)
class ThemePeople:
    """Who speaks about a theme and since when; what the overlap test needs."""

    theme_id: str
    title: str
    keywords: Sequence[str]
    first_said_at: Mapping[str, datetime | None]  #: participant id -> earliest mention


@dataclass(frozen=True, kw_only=True)
class Background:
    """Who said a chunk, and whether it may be shown."""

    speaker: str  #: the participant, or the document where nobody is named
    participant_id: str | None
    document_id: str
    may_quote: bool
