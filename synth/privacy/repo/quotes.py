"""SQL of what repeats people's words: citations, and every text that anybody or anything wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, RowMapping, Table, Text, func, or_, select, update

from synth.indexing.batching import batches
from synth.store.guards import APPEND_ONLY
from synth.store.tables import metadata
from synth.store.tables.hypotheses import citations
from synth.store.tables.segments import chunks
from synth.store.theme_guards import APPEND_ONLY as EDITS_APPEND_ONLY
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork

#: Tables without texts that could repeat what somebody said: what people said itself, names and
#: numbers, and the audit trail, which holds none and proves itself.
LEFT_OUT = frozenset(
    {
        "documents", "chunks", "turns", "citations", "audit_events", "evidence_packs",
        "workspaces", "members", "sessions", "api_keys", "participants", "participant_ids",
        "metrics", "observations", "events", "experiments", "experiment_arms", "funnels",
        "event_rules", "triggers", "anomaly_sessions", "anomalies", "llm_endpoints",
        "review_settings",
    }
)  # fmt: skip
#: Tables whose rows nobody else ever changes.
GUARDED = frozenset({*APPEND_ONLY, *EDITS_APPEND_ONLY})


@dataclass(frozen=True, kw_only=True)
class Change:
    """New texts of one row."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]


def list_citations(uow: UnitOfWork, chunk_ids: Sequence[str]) -> list[RowMapping]:
    """Return every citation of these chunks, of all revisions."""
    return [
        row
        for batch in batches(chunk_ids, BATCH_ROWS)
        for row in uow.rows(
            select(citations).where(_own(uow, citations), citations.c.chunk_id.in_(batch))
        )
    ]


def set_citations(uow: UnitOfWork, quotes: Sequence[tuple[RowMapping, str]]) -> None:
    """Let citations say what stands at their place now; their guard must be lifted."""
    for row, quote in quotes:
        keys = ("hypothesis_id", "revision", "ordinal")
        same = [citations.c[name] == row[name] for name in keys]
        uow.execute(update(citations).where(_own(uow, citations), *same).values(quote=quote))


def list_worded(uow: UnitOfWork) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield (table, key, texts by column) of every row that may repeat what somebody said."""
    for table in metadata.sorted_tables:
        if table.name in LEFT_OUT or "workspace_id" not in table.c:
            continue
        keys = [column for column in table.primary_key if column.name != "workspace_id"]
        texts = [column for column in table.c if _is_text(column)]
        if not texts:
            continue
        for row in uow.rows(select(*keys, *texts).where(_own(uow, table))):
            key = {column.name: row[column.name] for column in keys}
            yield table.name, key, {column.name: row[column.name] for column in texts}


def set_worded(uow: UnitOfWork, changes: Sequence[Change]) -> None:
    """Store new texts; the guards of append-only tables must be lifted."""
    for change in changes:
        table = metadata.tables[change.table]
        same = [table.c[name] == value for name, value in change.key.items()]
        uow.execute(update(table).where(_own(uow, table), *same).values(**change.values))


def is_said_by_others(uow: UnitOfWork, words: str, people: Collection[str]) -> bool:
    """Return whether anybody else says these words as well, in lower case with single spaces."""
    others = or_(chunks.c.participant_id.is_(None), ~chunks.c.participant_id.in_(sorted(people)))
    said = func.lower(chunks.c.text).contains(words, autoescape=True)
    found = select(chunks.c.id).where(_own(uow, chunks), chunks.c.is_evidence, others, said)
    return uow.row(found.limit(1)) is not None


def _is_text(column: Any) -> bool:
    return isinstance(column.type, Text | JSON) and not column.primary_key


def _own(uow: UnitOfWork, table: Table) -> ColumnElement[bool]:
    return table.c.workspace_id == uow.workspace_id
