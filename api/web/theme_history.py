"""What runs and people did to a theme, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from fastapi import Request

from api.web.format import counted, moment, words
from api.web.framing import DONE
from api.web.theme_contexts import StoryRow, Undo
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.edits import Edit, EditKind, live
from synth.themes.history import Entry
from synth.themes.types import Change, Level, LineageStep

STEPS = {
    Change.BORN: "found for the first time",
    Change.KEPT: "found again",
    Change.SPLIT: "split from “{title}”",
    Change.MERGED: "“{title}” is part of it since",
    Change.DIED: "not found any more",
}
LEVELS = {Level.BROAD: "broad theme", Level.THEME: "theme", Level.SUB: "sub-theme"}


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


def story_rows(
    told: Sequence[Entry], titles: Mapping[str, str], names: Mapping[str, str]
) -> list[StoryRow]:
    """Return what became of themes, newest first; that a run found one again is no news.

    Those that a run found for the first time are one row.
    """
    news = [one for one in told if one.kind != Change.KEPT]
    born: dict[str, list[Entry]] = defaultdict(list)
    for one in news:
        if one.run_id and one.kind == Change.BORN:
            born[one.run_id].append(one)
    rows: list[StoryRow] = []
    for one in news:
        together = born.get(one.run_id or "", []) if one.kind == Change.BORN else []
        if len(together) < 2:
            rows.append(_story_row(one, titles, names))
        elif one is together[0]:
            rows.append(_born_row(together, titles))
    return rows


def _story_row(one: Entry, titles: Mapping[str, str], names: Mapping[str, str]) -> StoryRow:
    return StoryRow(
        when=moment(one.at),
        who=names.get(one.author_id or "", "somebody") if one.edit_id else "run",
        words=_told(one),
        theme=_subject(one, titles),
        edit_id=one.edit_id or "" if one.counts else "",
        is_undone=not one.counts,
    )


def _born_row(together: Sequence[Entry], titles: Mapping[str, str]) -> StoryRow:
    """Return the row of all themes that one run found for the first time, by level."""
    at = {level: [one for one in together if one.level is level] for level in LEVELS}
    *most, last = [counted(len(ones), LEVELS[level]) for level, ones in at.items() if ones]
    number = f"{', '.join(most)} and {last}" if most else last
    return StoryRow(
        when=moment(together[0].at),
        who="run",
        words=f"{number} found for the first time",
        theme=None,
        edit_id="",
        is_undone=False,
        inside=[
            (*(_subject(one, titles) or ("a theme that is no more", "")), LEVELS[level])
            for level, ones in at.items()
            for one in ones
        ],
    )


def _told(one: Entry) -> str:
    """Return what happened to the theme that the row is about."""
    passages = counted(one.passages or 0, "passage")
    source = f"“{one.from_title}”" if one.from_title else "a theme that is no more"
    texts = {
        Change.BORN: "found for the first time",
        Change.SPLIT: f"split from {source}",
        Change.MERGED: f"{source} is part of it since",
        Change.DIED: "not found any more",
    }
    if one.run_id:
        return texts[Change(one.kind)]
    decided = {
        EditKind.RENAME: f"renamed to “{one.title}”",
        EditKind.HIDE: "hidden",
        EditKind.SHOW: "shown again",
        EditKind.PIN: "pinned",
        EditKind.UNPIN: "no longer pinned",
        EditKind.MERGE: f"{source} was merged into it",
        EditKind.SPLIT: f"split from {source}, {passages}"
        if one.from_id
        else f"made of {passages}",
        EditKind.MOVE: f"{passages} moved here"
        if one.to_id
        else f"{passages} taken out of all themes",
        EditKind.CODEBOOK: f"codebook: {one.title}",
    }
    return decided.get(EditKind(one.kind), words(one.kind))


def _subject(one: Entry, titles: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the theme a row is about with its address; one that is no more has none."""
    theme_id = one.to_id or one.from_id or ""
    if theme_id in titles:
        return titles[theme_id], f"/themes/{theme_id}"
    return (one.title, "") if one.title and one.run_id else None
