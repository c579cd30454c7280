"""Passages by words and by meaning."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import LARGEST_PAGE
from api.schemas.citations import document_url
from api.schemas.sources import FoundShown, HitShown
from synth.errors import InputError
from synth.indexing.search import find
from synth.indexing.types import Hit, SearchQuery
from synth.segments import repo as segments
from synth.sources import repo as sources
from synth.sources.types import SourceKind, Turn

router = guarded_router("search")


@router.get("/v1/search")
def search(
    context: ContextOf,
    q: Annotated[str, Query(min_length=1, max_length=1000)],
    theme: Annotated[str | None, Query(max_length=64)] = None,
    kind: SourceKind | None = None,
    segment: Annotated[str | None, Query(max_length=200, examples=["plan:enterprise"])] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
) -> FoundShown:
    """Find passages, best first; without an index it says so and searches by words."""
    query = SearchQuery(
        text=q, limit=limit, theme_id=theme, kind=kind, segment=_read_segment(segment)
    )
    found = find(context.services, context.actor.workspace_id, query)
    turns = _turns(context, found.hits)
    items = [_show(hit, turns[hit.chunk_id]) for hit in found.hits]
    return FoundShown(items=items, notices=found.notices)


def _read_segment(text: str | None) -> tuple[str, str] | None:
    if not text:
        return None
    key, colon, value = (part.strip() for part in text.partition(":"))
    if not (colon and key and value) or "\0" in text:
        raise InputError("a segment is `key:value`", found=text)
    return key, value


def _turns(context: Context, hits: tuple[Hit, ...]) -> dict[str, Turn]:
    """Return the turn each hit's chunk lies in."""
    with context.reading() as uow:
        chunks = segments.load_chunks(uow, [hit.chunk_id for hit in hits])
        documents = {
            document_id: sources.load_document(uow, document_id)
            for document_id in {hit.document_id for hit in hits}
        }
    return {
        chunk.id: next(
            turn for turn in documents[chunk.document_id].turns if turn.ordinal == chunk.turn
        )
        for chunk in chunks.values()
    }


def _show(hit: Hit, turn: Turn) -> HitShown:
    return HitShown(
        chunk_id=hit.chunk_id,
        document_id=hit.document_id,
        start=hit.span.start,
        end=hit.span.end,
        quote=hit.text,
        speaker=turn.speaker,
        at_ms=turn.start_ms,
        url=document_url(hit.document_id, hit.span.start, hit.span.end),
        score=hit.score,
        found_by=hit.found_by,
    )
