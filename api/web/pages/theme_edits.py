"""What people do to themes by forms: each is an edit that the next page offers to undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.web.session import Sending, Serving, Visitor
from synth.errors import InputError
from synth.services import Services
from synth.themes import actions, repo

router = APIRouter()

Ids = Annotated[list[str], Form()]
Text = Annotated[str, Form(max_length=200)]

#: Pages a form may lead back to; any other is the theme's own, or the list.
PLACES = {
    "map": "/themes/map",
    "unthemed": "/themes/unthemed",
    "history": "/themes/history",
}


@router.post("/themes/edit")
def edit_themes(
    sender: Sending,
    services: Serving,
    do: Text,
    theme: Ids = [],  # noqa: B006 - never changed
    into: Text = "",
    title: Text = "",
) -> Response:
    """Merge, hide or rename the themes chosen in the list."""
    _require(theme, "a theme")
    before = _newest(services, sender)
    if do == "merge":
        sources = [one for one in theme if one != into]
        _require(sources, "another theme than the one to merge into")
        actions.merge(services, sender.actor, *sources, into=into)
    elif do == "hide":
        for one in theme:
            actions.hide(services, sender.actor, one)
    elif len(theme) == 1:
        actions.rename(services, sender.actor, theme[0], title)
    else:
        raise InputError("choose one theme to rename", found=str(len(theme)), expected="one")
    done = {"merge": "merged", "hide": "hidden"}.get(do, "renamed")
    return _back(services, sender, "/themes", done, before)


@router.post("/themes/passages")
def edit_passages(
    sender: Sending,
    services: Serving,
    do: Text,
    passage: Ids = [],  # noqa: B006 - never changed
    theme: Text = "",
    into: Text = "",
    title: Text = "",
    place: Text = "",
) -> Response:
    """Make a theme of the chosen passages, move them to another, or out of all."""
    _require(passage, "a passage")
    before = _newest(services, sender)
    here = PLACES.get(place) or (f"/themes/{theme}" if theme else "/themes")
    if do == "split":
        named = title.strip() or None
        if theme:
            made = actions.split(services, sender.actor, theme, chunk_ids=passage, title=named)
        else:
            made = actions.make_theme(services, sender.actor, passage, title=named)
        return _back(services, sender, f"/themes/{made.id}", "split", before)
    if do == "move" and not into:
        raise InputError("choose the theme to move to", found="none", expected="a theme")
    actions.move(services, sender.actor, passage, to=into if do == "move" else None)
    return _back(services, sender, here, "moved" if do == "move" else "taken-out", before)


@router.post("/themes/undo")
def undo(
    sender: Sending,
    services: Serving,
    edit: Ids = [],  # noqa: B006 - never changed
    theme: Text = "",
    place: Text = "",
) -> Response:
    """Take edits back, the newest first."""
    _require(edit, "an edit")
    for one in reversed(edit):
        actions.undo(services, sender.actor, one)
    with services.reading(sender.workspace_id) as uow:
        here = {one.before.id: one.after for one in repo.load_themes(uow)}.get(theme)
    own = f"/themes/{theme}" if here and not here.is_gone else "/themes"
    back = PLACES.get(place, own)
    return RedirectResponse(f"{back}?done=undone", status_code=303)


@router.post("/themes/{theme_id}/rename")
def rename(sender: Sending, services: Serving, theme_id: str, title: Text) -> Response:
    """Give a theme a person's title."""
    before = _newest(services, sender)
    actions.rename(services, sender.actor, theme_id, title=title.strip())
    return _back(services, sender, f"/themes/{theme_id}", "renamed", before)


@router.post("/themes/{theme_id}/hide")
def hide(sender: Sending, services: Serving, theme_id: str, hidden: Text = "yes") -> Response:
    """Hide a theme from the list, or show it again."""
    before = _newest(services, sender)
    actions.hide(services, sender.actor, theme_id, hidden=hidden == "yes")
    return _back(services, sender, "/themes", "hidden" if hidden == "yes" else "shown", before)


@router.post("/themes/{theme_id}/pin")
def pin(sender: Sending, services: Serving, theme_id: str, pinned: Text = "yes") -> Response:
    """Keep a theme at the head of the list whatever runs find, or no longer."""
    before = _newest(services, sender)
    actions.pin(services, sender.actor, theme_id, pinned=pinned == "yes")
    done = "pinned" if pinned == "yes" else "unpinned"
    return _back(services, sender, f"/themes/{theme_id}", done, before)


@router.post("/themes/{theme_id}/split")
def split(sender: Sending, services: Serving, theme_id: str, part: Text = "") -> Response:
    """Make a theme of a sub-theme, or of every sub-theme but the largest."""
    before = _newest(services, sender)
    if part:
        made = actions.split(services, sender.actor, theme_id, sub_theme_ids=[part])
        return _back(services, sender, f"/themes/{made.id}", "split", before)
    actions.split_by_sub_themes(services, sender.actor, theme_id)
    return _back(services, sender, f"/themes/{theme_id}", "split", before)


@router.post("/themes/{theme_id}/merge")
def merge(sender: Sending, services: Serving, theme_id: str, into: Text) -> Response:
    """Make a theme part of another."""
    before = _newest(services, sender)
    actions.merge(services, sender.actor, theme_id, into=into)
    return _back(services, sender, f"/themes/{into}", "merged", before)


def _require(chosen: Sequence[str], what: str) -> None:
    if not chosen:
        raise InputError(f"choose {what} first", found="none", expected=f"{what}, ticked")


def _newest(services: Services, sender: Visitor) -> int:
    with services.reading(sender.workspace_id) as uow:
        return repo.last_seq(uow)


def _back(services: Services, sender: Visitor, path: str, done: str, before: int) -> Response:
    """Lead to a page that says what was done and offers to undo the edits since `before`."""
    with services.reading(sender.workspace_id) as uow:
        made = [
            edit.id
            for edit in repo.list_edits(uow)
            if edit.seq > before and edit.author_id == sender.actor.member.id
        ]
    query = urlencode([("done", done), *(("undo", edit_id) for edit_id in made)])
    return RedirectResponse(f"{path}?{query}", status_code=303)
