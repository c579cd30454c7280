"""What people decide about themes: edits, taken back, and the story of both."""

from __future__ import annotations

from fastapi import Response

from api.accepting import accept
from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.themes import (
    CodebookShown,
    EditShown,
    LineageShown,
    PassagesMove,
    ThemeChange,
    ThemeMade,
    ThemeMerge,
    ThemeShown,
    ThemeSplit,
    ThemeUndo,
)
from api.uploads import SentBody, body_schema
from synth.themes import actions, repo
from synth.themes.history import tell

router = guarded_router("themes")


@router.patch("/v1/themes/{theme_id}")
def change_theme(theme_id: str, change: ThemeChange, context: ContextOf) -> ThemeShown:
    """Give a theme another title, hide it or show it again, pin it or unpin it."""
    if change.title is not None:
        actions.rename(context.services, context.actor, theme_id, change.title)
    if change.hidden is not None:
        actions.hide(context.services, context.actor, theme_id, hidden=change.hidden)
    if change.pinned is not None:
        actions.pin(context.services, context.actor, theme_id, pinned=change.pinned)
    with context.reading() as uow:
        return ThemeShown.model_validate(repo.load_theme(uow, theme_id))


@router.post("/v1/themes/{theme_id}/merge")
def merge_themes(theme_id: str, merge: ThemeMerge, context: ContextOf) -> ThemeShown:
    """Take the passages of other themes into this one; later runs keep it so."""
    theme = actions.merge(context.services, context.actor, *merge.theme_ids, into=theme_id)
    return ThemeShown.model_validate(theme)


@router.post("/v1/themes", status_code=201)
def make_theme(made: ThemeMade, context: ContextOf) -> ThemeShown:
    """Make a theme of passages, wherever they are now; later runs keep it."""
    theme = actions.make_theme(context.services, context.actor, made.chunk_ids, title=made.title)
    return ThemeShown.model_validate(theme)


@router.post("/v1/themes/{theme_id}/split", status_code=201)
def split_theme(theme_id: str, split: ThemeSplit, context: ContextOf) -> ThemeShown:
    """Make a theme of some passages or sub-themes of this one; answers with the new theme."""
    made = actions.split(context.services, context.actor, theme_id, **split.model_dump())
    return ThemeShown.model_validate(made)


@router.post("/v1/themes/{theme_id}/split-by-sub-themes", status_code=201)
def split_by_sub_themes(theme_id: str, context: ContextOf) -> list[ThemeShown]:
    """Make a theme of each sub-theme but the largest; answers with the new themes."""
    made = actions.split_by_sub_themes(context.services, context.actor, theme_id)
    return [ThemeShown.model_validate(each) for each in made]


@router.post("/v1/themes/{theme_id}/move")
def move_into(theme_id: str, move: PassagesMove, context: ContextOf) -> EditShown:
    """Put passages into this theme, wherever they are now; later runs keep it so."""
    edit = actions.move(context.services, context.actor, move.chunk_ids, to=theme_id)
    return EditShown.model_validate(edit)


@router.post("/v1/unthemed/move")
def move_out(move: PassagesMove, context: ContextOf) -> EditShown:
    """Take passages out of their themes; they are listed as unthemed."""
    edit = actions.move(context.services, context.actor, move.chunk_ids, to=None)
    return EditShown.model_validate(edit)


@router.post("/v1/themes/undo")
def undo_edit(context: ContextOf, given: ThemeUndo | None = None) -> EditShown:
    """Take an edit back, by default your own last one; answers with the edit taken back."""
    edit = actions.undo(context.services, context.actor, given.edit_id if given else None)
    return EditShown.model_validate(edit)


@router.post("/v1/themes/codebook", status_code=202, openapi_extra=body_schema())
def import_codebook(sent: SentBody, context: ContextOf, response: Response) -> CodebookShown:
    """Make a theme of each code of a CSV (code, description, example) and build themes anew.

    Rows that cannot be used are left out and said in `problems`.
    """
    file = sent.one_file()
    book, job = actions.import_codebook(
        context.services, context.actor, file=file.name, text=file.text
    )
    return CodebookShown.of(accept(response, job), book)


@router.get("/v1/theme-lineage")
def list_lineage(context: ContextOf, paging: PagingOf) -> Page[LineageShown]:
    """List what runs changed about themes and what people decided, the newest first."""
    return _lineage(context, paging, None)


@router.get("/v1/themes/{theme_id}/lineage")
def list_theme_lineage(theme_id: str, context: ContextOf, paging: PagingOf) -> Page[LineageShown]:
    """List what became of one theme, also of one that no run finds any more."""
    return _lineage(context, paging, theme_id)


def _lineage(context: Context, paging: PagingOf, theme_id: str | None) -> Page[LineageShown]:
    start = paging.number()
    with context.reading() as uow:
        steps = repo.list_steps(uow, theme_id=theme_id)
        titles = {one.before.id: one.after.title for one in repo.load_themes(uow)}
        entries = tell(steps, repo.list_edits(uow), titles=titles, theme_id=theme_id)
        if theme_id is not None and not entries:
            repo.load_theme(uow, theme_id)
    shown = entries[start : start + paging.limit + 1]
    return paging.counted([LineageShown.model_validate(each) for each in shown], start)
