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
    TAKEN_OUT = "taken_out"  #: by a person


class Level(StrEnum):
    """How coarse a theme is; each level is a part of the one before it."""

    BROAD = "broad"
    THEME = "theme"
    SUB = "sub"


class Origin(StrEnum):
    """Where the themes of a run come from."""

    FOUND = "found"  #: by the run
    KEPT = "kept"  #: found by an earlier run only; stays because people edited it
    SPLIT = "split"  #: made of another by a person
    CODEBOOK = "codebook"  #: made from a code of an imported codebook


class Change(StrEnum):
    """What a run did to a theme of the run before it."""

    BORN = "born"
    KEPT = "kept"
    SPLIT = "split"  #: part of an old theme is a new one
    MERGED = "merged"  #: an old theme is part of another
    DIED = "died"


class CautionKind(StrEnum):
    """What makes themes less certain."""

    FEW_PEOPLE = "few_people"
    FEW_PASSAGES = "few_passages"
    OTHER_LANGUAGE = "other_language"


@dataclass(frozen=True, kw_only=True)
class Caution:
    """A warning with what to do about it."""

    kind: CautionKind
    text: str  #: one or two sentences


@dataclass(frozen=True, kw_only=True)
class ThemeRun:
    """One computation of themes."""

    id: str
    seed: int
    method: str  #: "graph" or "density"
    manifest: Mapping[str, str]  #: model, versions, parameters
    chunks: int  #: all chunks considered
    unthemed: int
    created_at: datetime
    previous_id: str | None = None  #: the run it was compared with
    cautions: tuple[Caution, ...] = ()  #: what to know before trusting its themes
    #: fingerprints of lines that many documents repeat, which themes do not depend on
    boilerplate: frozenset[str] = frozenset()

    @property
    def boilerplate_lines(self) -> int:
        """Return how many such lines there are."""
        return len(self.boilerplate)


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A persistent cluster of chunks, counted in people."""

    id: str
    run_id: str
    #: place in the list: pinned ones first, then by people; 0 is the first. None: loaded alone
    rank: int | None
    title: str
    description: str
    keywords: tuple[str, ...]
    titled_by: str | None  #: the person who renamed it; None: the machine's title
    is_hidden: bool
    people: int  #: distinct identified participants
    mentions: int  #: chunks
    documents: int
    share: Proportion  #: people of all identified people with evidence in the run
    level: Level = Level.THEME
    parent_id: str | None = None  #: the broad theme of a theme, the theme of a sub-theme
    origin: Origin = Origin.FOUND
    is_pinned: bool = False
    contrast: str = ""  #: what it is not
    label_source: str = "offline"  #: who wrote the machine's title: "offline" or "llm"

    @property
    def title_source(self) -> str:
        """Return who gave the title: "offline", "llm" or "person"."""
        return "person" if self.titled_by else self.label_source


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
    part_of: str | None = None  #: id of the theme that this sub-theme is in


@dataclass(frozen=True, kw_only=True)
class Background:
    """Who said a chunk, and whether it may be shown."""

    speaker: str  #: the participant, or the document where nobody is named
    participant_id: str | None
    document_id: str
    may_quote: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """A theme or none, with the reason."""

    theme_id: str | None
    sub_theme_id: str | None = None
    exemplar_rank: int | None = None  #: 0 is the first quote to show
    reason: UnthemedReason | None = None  #: why it is in no theme


@dataclass(frozen=True, kw_only=True)
class Member:
    """A chunk in a run: where the run found it, and where it is with people's edits."""

    chunk_id: str
    found: Place
    shown: Place
    strength: float  #: cosine to the centre of the theme found, 0 to 1
    kept_theme_id: str | None = None  #: theme people made or edited that takes it from the found
    placed_by: str | None = None  #: the person who put it where it is


@dataclass(frozen=True, kw_only=True)
class LineageStep:
    """One change from a run to the next."""

    run_id: str
    at: datetime
    level: Level
    kind: Change
    from_id: str | None
    to_id: str | None
    #: Of the passages both runs had. Kept: shared ones of all in either. Split: of the new theme
    #: from the old. Merged: of the old theme now in the other.
    overlap: float
    title: str  #: of the new theme in that run; of the old one where it died
