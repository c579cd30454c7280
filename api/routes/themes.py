"""Themes: computed, listed at each level, read with their evidence."""

from __future__ import annotations

from fastapi import Response

from api.accepting import begin
from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.citations import EvidenceShown, UnthemedShown
from api.schemas.jobs import JobShown
from api.schemas.themes import ThemeRunGiven, ThemeRunShown, ThemeShown, ThemesPage
from synth.core.ids import new_id
from synth.themes import repo
from synth.themes.types import Level, UnthemedReason

router = guarded_router("themes")


@router.post("/v1/theme-runs", status_code=202)
def build_themes(
    context: ContextOf, response: Response, given: ThemeRunGiven | None = None
) -> JobShown:
    """Compute themes; the same passages, earlier themes and seed give the same themes."""
    given = given or ThemeRunGiven()
    seed = context.services.settings.seed if given.seed is None else given.seed
    arguments = {"run_id": new_id(), "seed": seed, "afresh": given.afresh}
    return begin(context, response, "themes", arguments)


@router.get("/v1/themes")
def list_themes(
    context: ContextOf, paging: PagingOf, hidden: bool = False, level: Level = Level.THEME
) -> ThemesPage:
    """List themes, pinned ones first, then those most people speak about; coarser or finer."""
    with context.reading() as uow:
        run = repo.current_run(uow)
        themes = repo.list_themes(uow, hidden=hidden, level=level)
    page = paging.cut([ThemeShown.model_validate(each) for each in themes], lambda each: each.id)
    shown = ThemeRunShown.model_validate(run) if run else None
    return ThemesPage(items=page.items, next_cursor=page.next_cursor, run=shown)


@router.get("/v1/themes/{theme_id}")
def show_theme(theme_id: str, context: ContextOf) -> ThemeShown:
    """Show one theme."""
    with context.reading() as uow:
        return ThemeShown.model_validate(repo.load_theme(uow, theme_id))


@router.get("/v1/themes/{theme_id}/evidence")
def list_evidence(theme_id: str, context: ContextOf, paging: PagingOf) -> Page[EvidenceShown]:
    """List the passages of a theme as citations, the most typical first."""
    start = paging.number()
    with context.reading() as uow:
        theme = repo.load_theme(uow, theme_id)  # one merged away leads to where it is now
        found = repo.evidence(uow, theme.id, limit=paging.limit + 1, after=start)
    return paging.counted([EvidenceShown.of(each) for each in found], start)


@router.get("/v1/unthemed")
def list_unthemed(
    context: ContextOf, paging: PagingOf, reason: UnthemedReason | None = None
) -> Page[UnthemedShown]:
    """List the passages that are in no theme, each with the reason."""
    start = paging.number()
    with context.reading() as uow:
        found = repo.unthemed(uow, limit=paging.limit + 1, after=start, reason=reason)
    return paging.counted([UnthemedShown.because(*each) for each in found], start)
