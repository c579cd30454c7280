"""Replays people's edits over what a run found: the same edits always give the same themes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from synth.themes.edits import After, Before, Decisions, Edit, EditKind, live
from synth.themes.types import Level, Origin


def edited(edits: Sequence[Edit]) -> set[str]:
    """Return the themes that stay even where a run does not find them: people edited them."""
    return {theme_id for edit in live(edits) for theme_id in edit.about()}


def replay(themes: Iterable[Before], edits: Sequence[Edit]) -> Decisions:
    """Return what the live edits make of `themes`; an edit that finds nothing to change waits."""
    before = {theme.id: theme for theme in themes}
    counted = live(edits)
    split_from = {one.new_theme_id: one.theme_id for one in edits if one.new_theme_id}
    state = _State(before, _alive(before, counted), split_from)
    waiting = frozenset(edit.id for edit in counted if not APPLY[edit.kind](state, edit))
    return Decisions(themes=state.outcome(), placed=state.placed, waiting=waiting)


def _alive(before: Mapping[str, Before], edits: Sequence[Edit]) -> set[str]:
    made = {theme_id for edit in edits for theme_id in edit.makes()}
    touched = {theme_id for edit in edits for theme_id in edit.about()}
    reason = {Origin.KEPT: touched, Origin.SPLIT: made, Origin.CODEBOOK: made}
    return {
        theme.id
        for theme in before.values()
        if theme.origin is Origin.FOUND or theme.id in reason[theme.origin]
    }


@dataclass
class _State:
    """What the edits applied so far have done."""

    before: Mapping[str, Before]
    alive: set[str]
    split_from: Mapping[str, str | None]  #: also of splits undone
    names: dict[str, tuple[str, str]] = field(default_factory=dict)  #: title, and who gave it
    hidden: set[str] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    merged: dict[str, str] = field(default_factory=dict)
    sub_parents: dict[str, str] = field(default_factory=dict)
    placed: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def end(self, theme_id: str) -> str:
        """Return the theme that `theme_id` is part of by now."""
        while theme_id in self.merged:
            theme_id = self.merged[theme_id]
        return theme_id

    def is_theme(self, theme_id: str | None) -> bool:
        """Return whether passages can be in it."""
        return theme_id in self.alive and self.before[theme_id].level is Level.THEME

    def outcome(self) -> dict[str, After]:
        """Return every theme as it is now; no title of the machine is one a person gave."""
        given = {self.names[one][0].casefold() for one in self.names if one in self.alive}
        return {theme.id: self._after(theme, given) for theme in self.before.values()}

    def _after(self, theme: Before, given: set[str]) -> After:
        title, titled_by = self.names.get(theme.id, (_distinct(theme, given), None))
        is_gone = theme.id not in self.alive
        parent = self.sub_parents.get(theme.id, theme.parent_id)
        into = self.end(theme.id)
        if is_gone:
            into = self.end(self.split_from.get(theme.id) or theme.id)
        return After(
            title=title,
            titled_by=titled_by,
            parent_id=self.end(parent) if parent else None,
            is_hidden=theme.id in self.hidden,
            is_pinned=theme.id in self.pinned,
            merged_into=into if into != theme.id else None,
            is_gone=is_gone,
        )


def _rename(state: _State, edit: Edit) -> bool:
    if edit.theme_id not in state.alive:
        return False
    state.names[edit.theme_id] = (edit.title, edit.author_id)
    return True


def _flag(flags: Callable[[_State], set[str]], *, on: bool) -> Callable[[_State, Edit], bool]:
    def apply(state: _State, edit: Edit) -> bool:
        if edit.theme_id not in state.alive:
            return False
        (flags(state).add if on else flags(state).discard)(edit.theme_id)
        return True

    return apply


def _merge(state: _State, edit: Edit) -> bool:
    source, target = edit.theme_id, edit.into
    if source is None or target is None:
        return False
    source, target = state.end(source), state.end(target)
    if source == target or not (state.is_theme(source) and state.is_theme(target)):
        return False
    state.merged[source] = target
    return True


def _split(state: _State, edit: Edit) -> bool:
    made = edit.new_theme_id
    if made is None or not state.is_theme(made):
        return False
    if edit.title:
        state.names[made] = (edit.title, edit.author_id)
    state.placed |= dict.fromkeys(edit.chunk_ids, (made, edit.author_id))
    state.sub_parents |= dict.fromkeys(edit.sub_theme_ids, made)
    return True


def _move(state: _State, edit: Edit) -> bool:
    if edit.theme_id is not None and not state.is_theme(edit.theme_id):
        return False
    state.placed |= dict.fromkeys(edit.chunk_ids, (edit.theme_id, edit.author_id))
    return True


def _codebook(state: _State, edit: Edit) -> bool:
    present = [code for code in edit.codes if state.is_theme(code.theme_id)]
    state.names |= {code.theme_id: (code.name, edit.author_id) for code in present}
    return bool(present)


APPLY: Mapping[EditKind, Callable[[_State, Edit], bool]] = {
    EditKind.RENAME: _rename,
    EditKind.HIDE: _flag(lambda state: state.hidden, on=True),
    EditKind.SHOW: _flag(lambda state: state.hidden, on=False),
    EditKind.PIN: _flag(lambda state: state.pinned, on=True),
    EditKind.UNPIN: _flag(lambda state: state.pinned, on=False),
    EditKind.MERGE: _merge,
    EditKind.SPLIT: _split,
    EditKind.MOVE: _move,
    EditKind.CODEBOOK: _codebook,
}


def _distinct(theme: Before, given: set[str]) -> str:
    """Return the machine's title, with more of the theme's words where a person uses it."""
    title = theme.title
    spare = [word for word in theme.keywords if word.casefold() not in title.casefold()]
    while title.casefold() in given:
        title = f"{title}, {spare.pop(0)}" if spare else f"{title} (other)"
    return title
