"""SQL of files as they were uploaded, in which somebody speaks who withdrew."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from synth.indexing.batching import batches
from synth.sources.types import ORIGINAL_ERASED
from synth.store.tables.jobs import jobs
from synth.store.tables.sources import sources
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def mark_erased(uow: UnitOfWork, source_ids: Collection[str]) -> int:
    """Say of sources that their file is gone; return how many did not say so before."""
    marked = 0
    for batch in batches(sorted(source_ids), BATCH_ROWS):
        own = (sources.c.workspace_id == uow.workspace_id, sources.c.id.in_(batch))
        for row in uow.rows(select(sources.c.id, sources.c.notices).where(*own)):
            if ORIGINAL_ERASED in row["notices"]:
                continue
            one = (sources.c.workspace_id == uow.workspace_id, sources.c.id == row["id"])
            notices = [*row["notices"], ORIGINAL_ERASED]
            marked += uow.execute(update(sources).where(*one).values(notices=notices))
    return marked


def withdrawn_originals(uow: UnitOfWork) -> set[str]:
    """Return the SHA-256 of every file of this workspace that is to be gone."""
    own = select(sources.c.sha256, sources.c.notices).where(
        sources.c.workspace_id == uow.workspace_id
    )
    return {row["sha256"] for row in uow.rows(own) if ORIGINAL_ERASED in row["notices"]}


def needed_originals(connection: Connection, digests: Collection[str]) -> set[str]:
    """Return which of these files a source of any workspace still stands on."""
    needed: set[str] = set()
    for batch in batches(sorted(digests), BATCH_ROWS):
        found = select(sources.c.sha256, sources.c.notices).where(sources.c.sha256.in_(batch))
        rows = connection.execute(found).mappings()
        needed |= {row["sha256"] for row in rows if ORIGINAL_ERASED not in row["notices"]}
    return needed


def sources_with_doubles(uow: UnitOfWork) -> set[str]:
    """Return sources some of whose documents were here before, so that no row of theirs tells.

    A source whose job has not ended is one of them: nobody knows yet.
    """
    read = select(jobs.c.arguments, jobs.c.result).where(
        jobs.c.workspace_id == uow.workspace_id, jobs.c.kind == "ingest"
    )
    return {
        row["arguments"]["source_id"]
        for row in uow.rows(read)
        if row["result"] is None or row["result"].get("unchanged")
    }


def list_unmarked(uow: UnitOfWork, source_ids: Collection[str]) -> list[str]:
    """Return those of these sources whose file is still needed."""
    found: list[str] = []
    for batch in batches(sorted(source_ids), BATCH_ROWS):
        own = (sources.c.workspace_id == uow.workspace_id, sources.c.id.in_(batch))
        rows = uow.rows(select(sources.c.id, sources.c.notices).where(*own))
        found += [row["id"] for row in rows if ORIGINAL_ERASED not in row["notices"]]
    return sorted(found)
