"""SQL of the checks: what is stored, across slices, for one workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, Table, and_, func, select

from synth.store.tables.hypotheses import citations, hypotheses, hypothesis_revisions
from synth.store.tables.insights import insights
from synth.store.tables.jobs import effects
from synth.store.tables.metrics import anomaly_people
from synth.store.tables.people import participants
from synth.store.tables.review import reviews
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, source_skips, sources, turns
from synth.store.tables.themes import theme_members, theme_runs
from synth.store.unit_of_work import UnitOfWork


def uploads(uow: UnitOfWork) -> Sequence[RowMapping]:
    """Return (id, sha256, bytes, state, error, notices, documents, skips) of every source."""
    counted = [
        select(func.count())
        .where(table.c.workspace_id == uow.workspace_id, table.c.source_id == sources.c.id)
        .scalar_subquery()
        .label(name)
        for table, name in ((documents, "documents"), (source_skips, "skips"))
    ]
    names = ("id", "sha256", "bytes", "state", "error", "notices")
    columns = [sources.c[name] for name in names]
    return uow.rows(select(*columns, *counted).where(sources.c.workspace_id == uow.workspace_id))


def documents_with_turns(uow: UnitOfWork) -> Iterator[tuple[RowMapping, list[RowMapping]]]:
    """Yield (id, text) of every document with (start, end) of its turns in order."""
    spans = _by_document(
        uow,
        select(turns.c.document_id, turns.c.start, turns.c.end)
        .where(turns.c.workspace_id == uow.workspace_id)
        .order_by(turns.c.document_id, turns.c.ordinal),
    )
    statement = select(documents.c.id, documents.c.text).where(
        documents.c.workspace_id == uow.workspace_id
    )
    for row in uow.rows(statement):
        yield row, spans.get(row["id"], [])


def chunk_spans(uow: UnitOfWork) -> dict[str, list[RowMapping]]:
    """Return (start, end, overlap, text) of every chunk by document, in order."""
    return _by_document(
        uow,
        select(chunks.c.document_id, chunks.c.start, chunks.c.end, chunks.c.overlap, chunks.c.text)
        .where(chunks.c.workspace_id == uow.workspace_id)
        .order_by(chunks.c.document_id, chunks.c.ordinal),
    )


def _by_document(uow: UnitOfWork, statement: Select[Any]) -> dict[str, list[RowMapping]]:
    grouped: dict[str, list[RowMapping]] = {}
    for row in uow.rows(statement):
        grouped.setdefault(row["document_id"], []).append(row)
    return grouped


def doubled_effects(uow: UnitOfWork) -> int:
    """Return how many steps of jobs left more than one effect."""
    doubled = (
        select(effects.c.job_id)
        .where(effects.c.workspace_id == uow.workspace_id)
        .group_by(effects.c.job_id, effects.c.step)
        .having(func.count() > 1)
        .subquery()
    )
    return int(uow.scalar(select(func.count()).select_from(doubled)))


def count_effects(uow: UnitOfWork) -> int:
    """Return how many effects are recorded."""
    return int(uow.scalar(select(func.count()).where(effects.c.workspace_id == uow.workspace_id)))


def doubled_versions(uow: UnitOfWork) -> int:
    """Return how many documents have more than one current version."""
    doubled = (
        select(documents.c.external_id)
        .where(documents.c.workspace_id == uow.workspace_id)
        .group_by(documents.c.external_id)
        .having(func.sum(documents.c.is_current.cast(Integer)) != 1)
        .subquery()
    )
    return int(uow.scalar(select(func.count()).select_from(doubled)))


def theme_counts(uow: UnitOfWork) -> Sequence[RowMapping]:
    """Return (id, chunks, unthemed, members, loose, reasons) of every theme run."""
    loose = theme_members.c.theme_id.is_(None)
    return uow.rows(
        select(
            theme_runs.c.id,
            theme_runs.c.chunks,
            theme_runs.c.unthemed,
            func.count(theme_members.c.chunk_id).label("members"),
            func.count().filter(and_(theme_members.c.chunk_id.is_not(None), loose)).label("loose"),
            func.count(theme_members.c.unthemed_reason).label("reasons"),
        )
        .outerjoin(
            theme_members,
            _same(theme_members, theme_runs, run_id="id"),
        )
        .where(theme_runs.c.workspace_id == uow.workspace_id)
        .group_by(theme_runs.c.id, theme_runs.c.chunks, theme_runs.c.unthemed)
    )


def cited(uow: UnitOfWork) -> Sequence[RowMapping]:
    """Return every citation not held, beside its document's text and its chunk."""
    return uow.rows(
        select(
            citations.c.hypothesis_id,
            citations.c.start,
            citations.c.end,
            citations.c.quote,
            documents.c.text,
            chunks.c.start.label("chunk_start"),
            chunks.c.end.label("chunk_end"),
            chunks.c.document_id.label("chunk_document"),
            chunks.c.is_evidence,
            citations.c.document_id,
            participants.c.may_quote,
        )
        .join(
            documents,
            _same(documents, citations, id="document_id"),
        )
        .join(
            chunks,
            _same(chunks, citations, id="chunk_id"),
        )
        .join(
            hypotheses,
            _same(hypotheses, citations, id="hypothesis_id"),
        )
        .outerjoin(
            participants,
            _same(participants, chunks, id="participant_id"),
        )
        .where(citations.c.workspace_id == uow.workspace_id, hypotheses.c.state != "held")
    )


def insights_with_reviews(uow: UnitOfWork) -> Sequence[RowMapping]:
    """Return every insight beside the review it hangs on and the hypothesis it came from."""
    return uow.rows(
        select(
            insights.c.id,
            insights.c.revision,
            insights.c.hypothesis_id,
            reviews.c.hypothesis_id.label("reviewed"),
            reviews.c.revision.label("reviewed_revision"),
            reviews.c.revision_sha256.label("reviewed_sha256"),
            reviews.c.decision,
            reviews.c.reviewer_id,
            hypotheses.c.state,
            hypotheses.c.revision.label("current_revision"),
            hypotheses.c.started_by,
            hypothesis_revisions.c.sha256,
        )
        .join(
            reviews,
            _same(reviews, insights, id="review_id"),
        )
        .join(
            hypotheses,
            _same(hypotheses, insights, id="hypothesis_id"),
        )
        .join(
            hypothesis_revisions,
            _same(
                hypothesis_revisions, insights, hypothesis_id="hypothesis_id", revision="revision"
            ),
        )
        .where(insights.c.workspace_id == uow.workspace_id)
    )


def revision_authors(uow: UnitOfWork) -> dict[str, set[str]]:
    """Return everyone who wrote a revision, by hypothesis."""
    found: dict[str, set[str]] = {}
    statement = select(
        hypothesis_revisions.c.hypothesis_id, hypothesis_revisions.c.author_id
    ).where(hypothesis_revisions.c.workspace_id == uow.workspace_id)
    for row in uow.rows(statement):
        found.setdefault(row["hypothesis_id"], set()).add(row["author_id"])
    return found


def approved_without_insight(uow: UnitOfWork) -> int:
    """Return how many approved hypotheses have no insight of their current revision."""
    known = select(insights.c.id).where(
        insights.c.workspace_id == hypotheses.c.workspace_id,
        insights.c.hypothesis_id == hypotheses.c.id,
        insights.c.revision == hypotheses.c.revision,
    )
    statement = select(func.count()).where(
        hypotheses.c.workspace_id == uow.workspace_id,
        hypotheses.c.state == "approved",
        ~known.exists(),
    )
    return int(uow.scalar(statement))


def rows_of_united_parts(uow: UnitOfWork) -> list[tuple[str, int]]:
    """Return how many rows of each table still count for an id that was united into another."""
    found = []
    for table, person in (
        (turns, turns.c.participant_id),
        (chunks, chunks.c.participant_id),
        (anomaly_people, anomaly_people.c.participant_id),
        (participants, participants.c.merged_into),
    ):
        part = participants.alias("part")
        statement = (
            select(func.count())
            .select_from(table)
            .join(part, and_(part.c.workspace_id == table.c.workspace_id, part.c.id == person))
            .where(table.c.workspace_id == uow.workspace_id, part.c.merged_into.is_not(None))
        )
        found.append((table.name, int(uow.scalar(statement))))
    return found


def count_participants(uow: UnitOfWork) -> int:
    """Return how many participants there are, the parts of united ones too."""
    counted = select(func.count()).where(participants.c.workspace_id == uow.workspace_id)
    return int(uow.scalar(counted))


def _same(right: Table, left: Table, **columns: str) -> ColumnElement[bool]:
    """Return that `right`'s columns hold what `left`'s named ones do, in one workspace."""
    return and_(
        right.c.workspace_id == left.c.workspace_id,
        *(right.c[own] == left.c[other] for own, other in columns.items()),
    )
