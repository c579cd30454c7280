"""SQL of sources; a file per subject."""

from synth.sources.repo.documents import (
    add_documents,
    count_documents,
    current_document_id,
    document_ids_of_source,
    documents_of_source,
    list_documents,
    load_document,
    load_documents,
    load_redactions,
    load_turns,
    lock_documents,
    newest_versions,
)
from synth.sources.repo.sources import (
    add_source,
    finish_source,
    list_sources,
    load_source,
    options_row,
    replace_skips,
    same_bytes,
    skips,
)

__all__ = [
    "add_documents",
    "add_source",
    "count_documents",
    "current_document_id",
    "document_ids_of_source",
    "documents_of_source",
    "finish_source",
    "list_documents",
    "list_sources",
    "load_document",
    "load_documents",
    "load_redactions",
    "load_source",
    "load_turns",
    "lock_documents",
    "newest_versions",
    "options_row",
    "replace_skips",
    "same_bytes",
    "skips",
]
