"""The story of themes: what runs changed and what people decided, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from synth.themes.edits import Edit, EditKind
from synth.themes.types import Level, LineageStep


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One change to themes, by a run or by a person."""

    at: datetime
    kind: str  #: born, kept, split, merged, died of a run; else what a person did
    level: Level | None  #: None: of a person's edit
    from_id: str | None
    to_id: str | None
    title: str  #: that a run or a person gave; of an import, the names of its codes
    from_title: str  #: what `from_id` is called now; empty where it is no more
    to_title: str
    overlap: float | None  #: of a run's change, as in `LineageStep`
    passages: int | None  #: moved or split off by a person
    run_id: str | None
    edit_id: str | None
    author_id: str | None
    undone_by: str | None  #: who took the edit back
    act: str = ""  #: what a person's edits made by one step have in common

    @property
    def counts(self) -> bool:
        """Return whether it was not taken back."""
        return self.undone_by is None


def tell(
    steps: Sequence[LineageStep],
    edits: Sequence[Edit],
    *,
    titles: Mapping[str, str],
    theme_id: str | None = None,
) -> list[Entry]:
    """Return all changes, the newest first; with `theme_id`, those about one theme.

    `titles` are those of the themes there are.
    """
    undone = {edit.undoes: edit.author_id for edit in edits if edit.undoes}
    decided = [edit for edit in edits if edit.kind is not EditKind.UNDO]
    entries = [_of_run(step, titles) for step in steps]
    entries += [_of_person(edit, undone.get(edit.id), titles) for edit in decided]
    if theme_id is not None:
        about = {edit.id for edit in decided if theme_id in edit.about()}
        entries = [
            one
            for one in entries
            if one.edit_id in about
            or (one.run_id is not None and theme_id in (one.from_id, one.to_id))
        ]
    return sorted(entries, key=lambda one: one.at, reverse=True)


def _of_run(step: LineageStep, titles: Mapping[str, str]) -> Entry:
    return Entry(
        at=step.at,
        kind=step.kind,
        level=step.level,
        from_id=step.from_id,
        to_id=step.to_id,
        title=step.title,
        from_title=titles.get(step.from_id or "", ""),
        to_title=titles.get(step.to_id or "", ""),
        overlap=step.overlap,
        passages=None,
        run_id=step.run_id,
        edit_id=None,
        author_id=None,
        undone_by=None,
    )


def _of_person(edit: Edit, undone_by: str | None, titles: Mapping[str, str]) -> Entry:
    names = ", ".join(code.name for code in edit.codes)
    from_id = None if edit.kind is EditKind.MOVE else edit.theme_id
    to_id = edit.theme_id if edit.kind is EditKind.MOVE else edit.into or edit.new_theme_id
    return Entry(
        at=edit.created_at,
        kind=edit.kind,
        level=None,
        from_id=from_id,
        to_id=to_id,
        title=edit.title or names,
        from_title=titles.get(from_id or "", ""),
        to_title=titles.get(to_id or "", ""),
        overlap=None,
        passages=len(edit.chunk_ids) or None,
        run_id=None,
        edit_id=edit.id,
        author_id=edit.author_id,
        undone_by=undone_by,
        act=edit.act,
    )
