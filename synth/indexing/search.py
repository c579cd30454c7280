"""Hybrid search: words and meaning, each ranked by itself, fused, then checked in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from synth.errors import BackendError
from synth.indexing import repo
from synth.indexing.ranking import fuse, query_words
from synth.indexing.types import Found, Hit, SearchQuery
from synth.services import Services

#: How deep each ranking goes before they are fused.
DEPTH = 100

#: A filter that leaves more passages than this is applied after ranking, not before.
MAX_AMONG = 2000

NO_MEANING = "searched by words only: the search by meaning does not answer"


def search(services: Services, workspace_id: str, query: SearchQuery) -> list[Hit]:
    """Return up to `query.limit` passages, best first; never raises because Chroma is away."""
    return list(find(services, workspace_id, query).hits)


def find(services: Services, workspace_id: str, query: SearchQuery) -> Found:
    """Return what `search` returns, with a notice where one way of searching failed."""
    words = query_words(query.text)
    if not words or query.limit < 1:
        return Found(hits=())
    among = _among(services, workspace_id, query)
    depth = max(DEPTH, 4 * query.limit)
    if query.is_filtered and among is None:
        depth = max(depth, MAX_AMONG)
    notices: tuple[str, ...] = ()
    by_meaning: Sequence[str] = ()
    try:
        by_meaning = _by_meaning(services, workspace_id, query.text, depth, among)
    except BackendError as error:
        notices = (f"{NO_MEANING}: {error.message}",)
    with services.reading(workspace_id) as uow:
        by_words = repo.find_words(uow, words, limit=depth, among=among)
        ranked = fuse({"words": by_words, "meaning": by_meaning})
        passages = repo.load_passages(uow, [item.id for item in ranked], query)
    hits = [
        Hit(
            chunk_id=item.id,
            document_id=passages[item.id].document_id,
            span=passages[item.id].span,
            text=passages[item.id].text,
            score=item.score,
            found_by=item.found_by,
        )
        for item in ranked
        if item.id in passages
    ]
    return Found(hits=tuple(hits[: query.limit]), notices=notices)


def _among(services: Services, workspace_id: str, query: SearchQuery) -> list[str] | None:
    """Return the ids a filter leaves, or None where there is no filter or too many are left."""
    if not query.is_filtered:
        return None
    with services.reading(workspace_id) as uow:
        ids = repo.filtered_ids(uow, query, limit=MAX_AMONG + 1)
    return ids if len(ids) <= MAX_AMONG else None


def _by_meaning(
    services: Services, workspace_id: str, text: str, depth: int, among: Sequence[str] | None
) -> list[str]:
    if among is not None and not among:
        return []
    model = services.embedder.model
    vector = services.embedder.embed([text])[0]
    found = services.vectors.query(workspace_id, model, vector, depth, among=among)
    return [chunk_id for chunk_id, _ in found]
