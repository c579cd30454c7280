"""What people decide about themes, as events, and what the events come to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from synth.themes.types import Level, Member, Origin, Place, UnthemedReason


class EditKind(StrEnum):
    """What a person does to themes."""

    RENAME = "rename"
    HIDE = "hide"
    SHOW = "show"
    PIN = "pin"
    UNPIN = "unpin"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    CODEBOOK = "codebook"
    UNDO = "undo"


#: Edits that change which theme a passage is in.
PLACING = frozenset({EditKind.MERGE, EditKind.SPLIT, EditKind.MOVE, EditKind.CODEBOOK})


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code of a codebook: it becomes a theme."""

    theme_id: str
    name: str
    description: str = ""
    examples: tuple[str, ...] = ()

    def seeds(self) -> list[str]:
        """Return the texts that say what the code is about."""
        named = f"{self.name}. {self.description}" if self.description else self.name
        return [named, *self.examples]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One thing a person decided; never changed afterwards."""

    id: str
    seq: int  #: order in the workspace, from 1
    kind: EditKind
    theme_id: str | None  #: the theme edited; of a move, where to: None is out of all themes
    author_id: str
    created_at: datetime
    title: str = ""  #: of a rename, and of the theme a split makes
    into: str | None = None  #: of a merge: the theme that stays
    new_theme_id: str | None = None  #: of a split: the theme it makes
    chunk_ids: tuple[str, ...] = ()  #: passages moved or split off
    sub_theme_ids: tuple[str, ...] = ()  #: of a split: sub-themes that go along
    codes: tuple[Code, ...] = ()
    undoes: str | None = None  #: of an undo: the edit taken back
    act: str = ""  #: what edits made by one step have in common; empty: it made this one alone

    def makes(self) -> set[str]:
        """Return the themes that are there because of this edit."""
        made = {code.theme_id for code in self.codes}
        return made | {self.new_theme_id} if self.new_theme_id else made

    def about(self) -> set[str]:
        """Return every theme this edit is about."""
        named = {one for one in (self.theme_id, self.into) if one}
        return named | self.makes()


@dataclass(frozen=True, kw_only=True)
class Before:
    """A theme as found or made, before any edit."""

    id: str
    level: Level
    origin: Origin
    title: str
    keywords: tuple[str, ...] = ()
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class After:
    """What people's edits make of a theme."""

    title: str
    parent_id: str | None
    titled_by: str | None = None
    is_hidden: bool = False
    is_pinned: bool = False
    merged_into: str | None = None
    is_gone: bool = False  #: nothing makes it stay: neither the run nor a live edit


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The outcome of replaying edits: of every theme, and of the passages people placed."""

    themes: Mapping[str, After]
    placed: Mapping[str, tuple[str | None, str]]  #: chunk id -> theme or None, and who says so
    waiting: Collection[str]  #: ids of live edits that find nothing to change

    def home(self, member: Member) -> str | None:
        """Return the theme a passage is in before merges."""
        if member.chunk_id in self.placed:
            return self.placed[member.chunk_id][0]
        return self.base(member)

    def base(self, member: Member) -> str | None:
        """Return the theme a passage is in unless a person placed it."""
        kept = self.themes.get(member.kept_theme_id or "")
        return member.found.theme_id if kept is None or kept.is_gone else member.kept_theme_id

    def place(self, member: Member) -> Member:
        """Return a member where these decisions put it."""
        home, found = self.home(member), member.found
        theme_id = self._end(home)
        is_placed = member.chunk_id in self.placed
        sub = found.sub_theme_id
        stays = theme_id is not None and theme_id == home and not is_placed
        as_ranked = home == (member.kept_theme_id or found.theme_id)
        reason = UnthemedReason.TAKEN_OUT if is_placed else found.reason
        return replace(
            member,
            shown=Place(
                theme_id=theme_id,
                sub_theme_id=sub if sub and self._parent(sub) == theme_id else None,
                exemplar_rank=found.exemplar_rank if stays and as_ranked else None,
                reason=None if theme_id else reason,
            ),
            placed_by=self.placed[member.chunk_id][1] if is_placed else None,
        )

    def _end(self, theme_id: str | None) -> str | None:
        after = self.themes.get(theme_id) if theme_id else None
        return after.merged_into if after and after.merged_into else theme_id

    def _parent(self, sub_theme_id: str) -> str | None:
        after = self.themes.get(sub_theme_id)
        return after.parent_id if after else None


def live(edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that count, in order: no undo, and nothing undone."""
    undone = {edit.undoes for edit in edits}
    ordered = sorted(edits, key=lambda edit: edit.seq)
    return [one for one in ordered if one.kind is not EditKind.UNDO and one.id not in undone]


def unedited(theme: Before) -> After:
    """Return a theme that nobody edited."""
    return After(title=theme.title, parent_id=theme.parent_id)


def call_anew(contrast: str, titles: Mapping[str, str]) -> str:
    """Return what a theme is not, with the theme it names called by its new title."""
    for old, new in titles.items():
        if f"“{old}”" in contrast:
            return contrast.replace(f"“{old}”", f"“{new}”", 1)
    return contrast


def if_apart(contrast: str, gone: Collection[str]) -> str:
    """Return what a theme is not; nothing where the theme it names is one of those gone."""
    return "" if any(f"“{title}”" in contrast for title in gone) else contrast


@dataclass(frozen=True, kw_only=True)
class StoredTheme:
    """A theme of a run with all that is stored of it."""

    before: Before
    after: After
    description: str = ""
    contrast: str = ""  #: what it is not
    label_source: str = "offline"  #: who wrote title and description: "offline" or "llm"
    label_provenance: Mapping[str, str] | None = None  #: model and prompt of an "llm" label
    rank: int = 0  #: in the order the run found them
