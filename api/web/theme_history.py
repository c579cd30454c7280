"""What runs and people did to a theme, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import Request

from api.web.format import counted, moment, words
from api.web.framing import DONE
from api.web.theme_contexts import Undo
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.edits import Edit, EditKind, live
from synth.themes.types import Change, LineageStep

STEPS = {
    Change.BORN: "found for the first time",
    Change.KEPT: "found again",
    Change.SPLIT: "split from “{title}”",
    Change.MERGED: "“{title}” is part of it since",
    Change.DIED: "not found any more",
}


def lineage_rows(
    steps: Sequence[LineageStep], theme_id: str, titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return what runs did to a theme, the newest first; being found again is said once."""
    rows: list[tuple[str, str]] = []
    again = [step for step in steps if step.kind is Change.KEPT]
    for step in reversed(steps):
        if step in again[:-1]:
            continue
        other = step.from_id if step.to_id == theme_id else step.to_id
        title = titles.get(other or "", "") or step.title
        text = STEPS[step.kind].format(title=title)
        if step.from_id == theme_id and step.kind is Change.SPLIT:
            text = f"“{titles.get(step.to_id or '', step.title)}” was split from it"
        if step.from_id == theme_id and step.kind is Change.MERGED:
            text = f"became part of “{titles.get(step.to_id or '', step.title)}”"
        if step.kind is Change.KEPT:
            times = f" by {len(again)} runs, the last with" if len(again) > 1 else ","
            text += f"{times} {round(100 * step.overlap)} of 100 passages in common"
        rows.append((moment(step.at), text))
    return rows


def edit_words(edit: Edit, theme_id: str, titles: Mapping[str, str]) -> str:
    """Return what a person decided about a theme."""
    named = titles.get
    passages = counted(len(edit.chunk_ids), "passage")
    source = named(edit.theme_id or "", "another theme")
    split = edit.title or named(edit.new_theme_id or "", "a new theme")
    texts = {
        EditKind.RENAME: f"renamed to “{edit.title}”",
        EditKind.HIDE: "hidden",
        EditKind.SHOW: "shown again",
        EditKind.PIN: "pinned",
        EditKind.UNPIN: "no longer pinned",
        EditKind.SPLIT: f"“{split}” was split from it"
        if edit.theme_id == theme_id
        else f"split from “{source}”"
        if edit.theme_id
        else f"made of {passages} chosen by a person",
        EditKind.MERGE: f"“{source}” was merged into it"
        if edit.into == theme_id
        else f"merged into “{named(edit.into or '', 'another theme')}”",
        EditKind.MOVE: f"{passages} moved here" if edit.theme_id else f"{passages} taken out",
        EditKind.CODEBOOK: "made from a code of the codebook",
    }
    return texts.get(edit.kind, words(edit.kind))


def edit_rows(
    edits: Sequence[Edit], theme_id: str, titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return when and what people decided about a theme, and the edit to undo, newest first."""
    own = [edit for edit in live(edits) if theme_id in edit.about()]
    return [
        (moment(edit.created_at), edit_words(edit, theme_id, titles), edit.id)
        for edit in reversed(own)
    ]


def find_undo(
    uow: UnitOfWork, request: Request, edit_ids: Sequence[str], edits: Sequence[Edit] | None = None
) -> Undo | None:
    """Return the edits just made that still count, with what was done; None: there are none."""
    if not edit_ids:
        return None
    counted_ids = {edit.id for edit in live(repo.list_edits(uow) if edits is None else edits)}
    left = [edit_id for edit_id in edit_ids if edit_id in counted_ids]
    words_said = DONE.get(request.query_params.get("done", ""), "Done.")
    return Undo(words=words_said, edit_ids=left) if left else None
