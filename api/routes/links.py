"""Tested links, and the metric tags they hang on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.links import LinkShown, TagDecision, TagGiven, TagShown
from synth.links import actions, repo
from synth.links.types import TagState

router = guarded_router("links")

Id = Annotated[str | None, Query(max_length=64)]


@router.get("/v1/links")
def list_links(
    context: ContextOf, paging: PagingOf, anomaly: Id = None, theme: Id = None
) -> Page[LinkShown]:
    """List tested pairs, the most likely cause first."""
    with context.reading() as uow:
        found = repo.list_links(uow, anomaly_id=anomaly, theme_id=theme)
    return paging.cut([LinkShown.model_validate(each) for each in found], lambda each: each.id)


@router.get("/v1/tags")
def list_tags(context: ContextOf, paging: PagingOf) -> Page[TagShown]:
    """List tags: proposed, confirmed and rejected."""
    with context.reading() as uow:
        found = repo.list_tags(uow)
    return paging.cut([TagShown.model_validate(each) for each in found], lambda each: each.id)


@router.post("/v1/tags", status_code=201)
def add_tag(given: TagGiven, context: ContextOf) -> TagShown:
    """Say that a theme or a passage is about a metric."""
    tag = actions.add_tag(context.services, context.actor, **given.model_dump())
    return TagShown.model_validate(tag)


@router.put("/v1/tags/{tag_id}")
def decide_tag(tag_id: str, decision: TagDecision, context: ContextOf) -> TagShown:
    """Confirm or reject a tag."""
    state = TagState(decision.state)
    return TagShown.model_validate(
        actions.decide_tag(context.services, context.actor, tag_id, state)
    )


@router.delete("/v1/tags/{tag_id}")
def reject_tag(tag_id: str, context: ContextOf) -> TagShown:
    """Reject a tag; it is kept as rejected, so that it is not proposed again."""
    return TagShown.model_validate(
        actions.decide_tag(context.services, context.actor, tag_id, TagState.REJECTED)
    )
