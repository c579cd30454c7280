"""What people decide about themes: rename, hide, merge; each audited."""

from __future__ import annotations

from typing import Any

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import Conflict, InputError
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.types import Theme

MAX_TITLE = 120


def rename(services: Services, actor: Actor, theme_id: str, title: str) -> Theme:
    """Give a theme a person's title; it stays when the theme is found again.

    Raises:
        InputError: the title is empty or too long.
        Conflict: another theme has it.
    """
    require(actor, Action.EDIT_THEMES)
    wanted = " ".join(title.split())
    if not 1 <= len(wanted) <= MAX_TITLE:
        raise InputError(
            "a theme needs a title",
            found=f"{len(wanted)} characters",
            expected=f"1 to {MAX_TITLE} characters",
        )
    with services.writing(actor.workspace_id) as uow:
        theme = repo.load_theme(uow, theme_id)
        for other in repo.list_themes(uow, hidden=True):
            if other.id != theme.id and other.title.casefold() == wanted.casefold():
                raise Conflict(f"another theme is called “{wanted}”; merge them, or say more")
        repo.change_theme(uow, theme.id, {"title": wanted, "titled_by": actor.member.id})
        _audit(services, uow, actor, "theme.rename", theme.id, {})
        return repo.load_theme(uow, theme.id)


def hide(services: Services, actor: Actor, theme_id: str, *, hidden: bool = True) -> Theme:
    """Take a theme out of lists and links, or bring it back; its evidence stays."""
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        theme = repo.load_theme(uow, theme_id)
        repo.change_theme(uow, theme.id, {"is_hidden": hidden})
        _audit(services, uow, actor, "theme.hide" if hidden else "theme.show", theme.id, {})
        return repo.load_theme(uow, theme.id)


def merge(services: Services, actor: Actor, theme_id: str, *, into: str) -> Theme:
    """Make a theme part of another, now and when both are found again; return the other.

    Raises:
        Conflict: they are the same theme.
    """
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        source, target = repo.load_theme(uow, theme_id), repo.load_theme(uow, into)
        if source.id == target.id:
            raise Conflict("a theme cannot be merged into itself; name another one")
        repo.move_members(uow, target.run_id, source=source.id, target=target.id)
        _audit(services, uow, actor, "theme.merge", source.id, {"into": target.id})
        return repo.load_theme(uow, target.id)


def _audit(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    theme_id: str,
    data: dict[str, Any],
) -> None:
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor.member.id,
        action=action,
        subject=("theme", theme_id),
        data=data,
    )
