"""Writes an edit, and over the current run what all edits make of it, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from synth.access.types import Actor
from synth.audit import repo as audit
from synth.core.ids import new_id
from synth.errors import Conflict
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.edits import PLACING, Edit, EditKind, StoredTheme, call_anew
from synth.themes.replay import replay


def draft_edit(
    services: Services, uow: UnitOfWork, actor: Actor, kind: EditKind, theme_id: str | None = None
) -> Edit:
    """Return the next edit of a workspace, not yet stored."""
    return Edit(
        id=new_id(),
        seq=repo.last_seq(uow) + 1,
        kind=kind,
        theme_id=theme_id,
        author_id=actor.member.id,
        created_at=services.clock(),
    )


def record(
    services: Services,
    uow: UnitOfWork,
    edit: Edit,
    *,
    undone: Edit | None = None,
    made: Sequence[StoredTheme] = (),
) -> None:
    """Store an edit with its audit event and show its effect; `made` are themes it makes.

    Raises:
        Conflict: two themes would have one title that people gave.
    """
    store(services, uow, edit, made=made)
    show_edits(uow, placing=(undone or edit).kind in PLACING)


def store(
    services: Services, uow: UnitOfWork, edit: Edit, *, made: Sequence[StoredTheme] = ()
) -> None:
    """Store an edit with its audit event and the themes it makes; `show_edits` comes after."""
    repo.add_edit(uow, edit)
    _audit(services, uow, edit)
    run = repo.current_run(uow)
    if run is not None:
        repo.write_themes(uow, run.id, made)


def show_edits(uow: UnitOfWork, *, placing: bool) -> None:
    """Write over the current run what all edits make of it, with `placing` also of its passages.

    Raises:
        Conflict: two themes would have one title that people gave.
    """
    run = repo.current_run(uow)
    if run is not None:
        _show(uow, run.id, placing=placing)


def _show(uow: UnitOfWork, run_id: str, *, placing: bool) -> None:
    stored = repo.load_themes(uow)
    decisions = replay([theme.before for theme in stored], repo.list_edits(uow))
    shown = [replace(theme, after=decisions.themes[theme.before.id]) for theme in stored]
    _check_titles(shown)
    called = {
        old.after.title: new.after.title
        for new, old in zip(shown, stored, strict=True)
        if new.after.title != old.after.title
    }
    after = [replace(theme, contrast=call_anew(theme.contrast, called)) for theme in shown]
    repo.write_themes(
        uow, run_id, [new for new, old in zip(after, stored, strict=True) if new != old]
    )
    if placing:
        members = repo.load_members(uow)
        placed = [decisions.place(member) for member in members]
        changed = [new for new, old in zip(placed, members, strict=True) if new != old]
        repo.write_members(uow, run_id, changed)


def _check_titles(themes: Sequence[StoredTheme]) -> None:
    given = Counter(
        theme.after.title.casefold()
        for theme in themes
        if theme.after.titled_by and not theme.after.is_gone and not theme.after.merged_into
    )
    for title, count in given.items():
        if count > 1:
            raise Conflict(f"two themes would be called “{title}”; rename one of them first")


def _audit(services: Services, uow: UnitOfWork, edit: Edit) -> None:
    about = {
        "edit": edit.id,
        "into": edit.into,
        "made": edit.new_theme_id,
        "undoes": edit.undoes,
        "passages": len(edit.chunk_ids) or None,
        "codes": len(edit.codes) or None,
    }
    audit.append(
        uow,
        services.secret,
        at=edit.created_at,
        actor_id=edit.author_id,
        action=f"theme.{edit.kind}",
        subject=("theme", edit.theme_id or edit.new_theme_id or ""),
        data={name: value for name, value in about.items() if value is not None},
    )
