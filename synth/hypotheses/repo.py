"""SQL of hypotheses, their revisions and citations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, update

from synth.core.fingerprints import fingerprint
from synth.errors import NotFound
from synth.hypotheses.storing import content_document, read_content
from synth.hypotheses.types import Content, Earlier, Hypothesis, Provenance, State
from synth.store.tables.hypotheses import (
    citations,
    evidence_packs,
    hypotheses,
    hypothesis_revisions,
)
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.unit_of_work import UnitOfWork


def load_hypothesis(uow: UnitOfWork, hypothesis_id: str, *, lock: bool = False) -> Hypothesis:
    """Return a hypothesis at its current revision; raises NotFound. `lock` holds its row."""
    statement = _current(uow).where(hypotheses.c.id == hypothesis_id)
    if lock:
        statement = statement.with_for_update(of=hypotheses, key_share=True)
    row = uow.row(statement)
    if row is None:
        raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
    return _hypothesis(row)


def list_hypotheses(
    uow: UnitOfWork,
    *,
    state: State | str | None = None,
    states: Collection[State] | None = None,
    anomaly_id: str | None = None,
    limit: int | None = None,
) -> list[Hypothesis]:
    """Return hypotheses at their current revisions, newest first; of one state, some or all."""
    statement = _current(uow).order_by(hypotheses.c.created_at.desc(), hypotheses.c.id)
    if state is not None:
        statement = statement.where(hypotheses.c.state == str(state))
    if states is not None:
        statement = statement.where(hypotheses.c.state.in_([str(one) for one in states]))
    if anomaly_id is not None:
        statement = statement.where(hypotheses.c.anomaly_id == anomaly_id)
    rows = uow.rows(statement.limit(limit) if limit is not None else statement)
    return [_hypothesis(row) for row in rows]


def revisions(uow: UnitOfWork, hypothesis_id: str) -> list[Hypothesis]:
    """Return every revision, first to last, each with the state the hypothesis has now."""
    statement = (
        _joined(uow)
        .where(hypotheses.c.id == hypothesis_id)
        .order_by(hypothesis_revisions.c.revision)
    )
    return [_hypothesis(row) for row in uow.rows(statement)]


def count_by_state(uow: UnitOfWork) -> dict[State, int]:
    """Return how many hypotheses are in each state."""
    statement = (
        select(hypotheses.c.state, func.count().label("n"))
        .where(hypotheses.c.workspace_id == uow.workspace_id)
        .group_by(hypotheses.c.state)
    )
    counts = {row["state"]: row["n"] for row in uow.rows(statement)}
    return {state: counts.get(state, 0) for state in State}


def states_of(uow: UnitOfWork, ids: Collection[str]) -> dict[str, State]:
    """Return the state of those of `ids` that exist."""
    statement = select(hypotheses.c.id, hypotheses.c.state).where(
        hypotheses.c.workspace_id == uow.workspace_id, hypotheses.c.id.in_(ids)
    )
    return {row["id"]: State(row["state"]) for row in uow.rows(statement)}


def find_waiting(uow: UnitOfWork, anomaly_id: str, theme_id: str) -> State | None:
    """Return that a draft of this pair waits for review, if one does."""
    statement = select(hypotheses.c.id).where(
        hypotheses.c.workspace_id == uow.workspace_id,
        hypotheses.c.anomaly_id == anomaly_id,
        hypotheses.c.theme_id == theme_id,
        hypotheses.c.state == State.IN_REVIEW,
    )
    return State.IN_REVIEW if uow.row(statement.limit(1)) is not None else None


def load_many(uow: UnitOfWork, ids: Collection[str]) -> list[Hypothesis]:
    """Return those of `ids` that exist, at their current revisions, in the order given."""
    found = {
        one.id: one
        for one in map(_hypothesis, uow.rows(_current(uow).where(hypotheses.c.id.in_(ids))))
    }
    return [found[name] for name in ids if name in found]


def add_hypothesis(
    uow: UnitOfWork,
    *,
    hypothesis_id: str,
    content: Content,
    provenance: Provenance,
    started_by: str,
    anomaly_id: str,
    theme_id: str,
    held_reasons: Sequence[str],
    now: datetime,
) -> bool:
    """Add a hypothesis with its first revision; return False where it is there already."""
    if states_of(uow, [hypothesis_id]):
        return False
    row = {
        "id": hypothesis_id,
        "state": State.HELD if held_reasons else State.IN_REVIEW,
        "revision": 1,
        "drafter": provenance.drafter,
        "started_by": started_by,
        "anomaly_id": anomaly_id,
        "theme_id": theme_id,
        "held_reasons": list(held_reasons),
        "created_at": now,
    }
    uow.insert(hypotheses, [row])
    add_revision(
        uow,
        hypothesis_id=hypothesis_id,
        revision=1,
        content=content,
        provenance=provenance,
        author_id=started_by,
        now=now,
    )
    return True


def add_revision(
    uow: UnitOfWork,
    *,
    hypothesis_id: str,
    revision: int,
    content: Content,
    provenance: Provenance,
    author_id: str,
    now: datetime,
) -> str:
    """Add a revision with its citations; return the SHA-256 of its canonical content."""
    document = content_document(content)
    row = {
        "hypothesis_id": hypothesis_id,
        "revision": revision,
        "content": document,
        "sha256": fingerprint(document),
        "author_id": author_id,
        "provenance": asdict(provenance),
        "created_at": now,
    }
    uow.insert(hypothesis_revisions, [row])
    kept = ("side", "chunk_id", "document_id", "start", "end", "quote")
    place = {"hypothesis_id": hypothesis_id, "revision": revision}
    uow.insert(
        citations,
        (
            {**place, "ordinal": ordinal, **{name: getattr(citation, name) for name in kept}}
            for ordinal, citation in enumerate(content.citations)
        ),
    )
    return str(row["sha256"])


def move(
    uow: UnitOfWork,
    hypothesis_id: str,
    *,
    seen: int,
    before: State,
    after: State,
    revision: int | None = None,
    held_reasons: Sequence[str] = (),
) -> bool:
    """Change state (and revision) if it still is as it was seen; return whether it was."""
    values = {
        "state": after,
        "revision": revision or seen,
        "held_reasons": list(held_reasons),
    }
    changed = uow.execute(
        update(hypotheses)
        .where(
            hypotheses.c.workspace_id == uow.workspace_id,
            hypotheses.c.id == hypothesis_id,
            hypotheses.c.revision == seen,
            hypotheses.c.state == before,
        )
        .values(**values)
    )
    return changed == 1


def set_held_reasons(uow: UnitOfWork, hypothesis_id: str, reasons: Sequence[str]) -> None:
    """Say anew why a draft is held."""
    uow.execute(
        update(hypotheses)
        .where(hypotheses.c.workspace_id == uow.workspace_id, hypotheses.c.id == hypothesis_id)
        .values(held_reasons=list(reasons))
    )


def authors(uow: UnitOfWork, hypothesis_id: str) -> set[str]:
    """Return everybody who may not decide on it: who started it or wrote a revision."""
    found = revisions(uow, hypothesis_id)
    return {one.author_id for one in found} | {one.started_by for one in found}


def add_pack(
    uow: UnitOfWork, hypothesis_id: str, revision: int, pack: Mapping[str, Any], now: datetime
) -> None:
    """Keep what a draft was made of, under the hash its provenance names."""
    place = {"hypothesis_id": hypothesis_id, "revision": revision}
    row = {**place, "pack": pack, "sha256": fingerprint(pack), "created_at": now}
    uow.insert(evidence_packs, [row])


def find_pack(uow: UnitOfWork, hypothesis_id: str, revision: int) -> dict[str, Any] | None:
    """Return the stored evidence pack of a revision."""
    row = uow.row(
        select(evidence_packs.c.pack).where(
            evidence_packs.c.workspace_id == uow.workspace_id,
            evidence_packs.c.hypothesis_id == hypothesis_id,
            evidence_packs.c.revision == revision,
        )
    )
    return None if row is None else dict(row["pack"])


def earlier_on(uow: UnitOfWork, metric: str) -> tuple[Earlier, ...]:
    """Return the approved hypotheses on a metric, newest first."""
    return tuple(
        Earlier(hypothesis_id=one.id, title=one.content.title, theme_id=one.theme_id)
        for one in list_hypotheses(uow, state=State.APPROVED)
        if one.content.metric == metric
    )


def heard(uow: UnitOfWork) -> frozenset[str]:
    """Return everybody who gives evidence in a current document."""
    statement = (
        select(chunks.c.participant_id)
        .distinct()
        .join(
            documents,
            (documents.c.workspace_id == chunks.c.workspace_id)
            & (documents.c.id == chunks.c.document_id),
        )
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            chunks.c.is_evidence,
            chunks.c.participant_id.is_not(None),
            documents.c.is_current,
        )
    )
    return frozenset(row["participant_id"] for row in uow.rows(statement))


def _joined(uow: UnitOfWork) -> Select[Any]:
    revision = hypothesis_revisions.c
    return (
        select(
            hypotheses,
            revision.revision.label("shown"),
            revision.content,
            revision.sha256,
            revision.author_id,
            revision.provenance,
        )
        .join(
            hypothesis_revisions,
            (revision.workspace_id == hypotheses.c.workspace_id)
            & (revision.hypothesis_id == hypotheses.c.id),
        )
        .where(hypotheses.c.workspace_id == uow.workspace_id)
    )


def _current(uow: UnitOfWork) -> Select[Any]:
    return _joined(uow).where(hypothesis_revisions.c.revision == hypotheses.c.revision)


def _hypothesis(row: RowMapping) -> Hypothesis:
    return Hypothesis(
        id=row["id"],
        state=State(row["state"]),
        revision=row["shown"],
        revision_sha256=row["sha256"],
        content=read_content(row["content"]),
        provenance=Provenance(**row["provenance"]),
        started_by=row["started_by"],
        author_id=row["author_id"],
        anomaly_id=row["anomaly_id"],
        theme_id=row["theme_id"],
        held_reasons=tuple(row["held_reasons"]),
        created_at=row["created_at"],
    )
