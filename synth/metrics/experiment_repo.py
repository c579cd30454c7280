"""SQL of experiments, their variants, and the conversations about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, delete, select

from synth.errors import NotFound
from synth.metrics.experiments import Arm, Experiment, Talk
from synth.store.tables.experiments import experiment_arms, experiment_talks, experiments
from synth.store.tables.people import participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents
from synth.store.unit_of_work import UnitOfWork

#: Interviews, as `sources` calls their kind.
TRANSCRIPT = "transcript"


def list_experiments(uow: UnitOfWork) -> list[Experiment]:
    """Return all experiments, the latest begun first."""
    rows = uow.rows(select(experiments).where(experiments.c.workspace_id == uow.workspace_id))
    arms: dict[str, list[Arm]] = {}
    statement = (
        select(experiment_arms)
        .where(experiment_arms.c.workspace_id == uow.workspace_id)
        .order_by(experiment_arms.c.experiment_id, experiment_arms.c.position)
    )
    for row in uow.rows(statement):
        arms.setdefault(row["experiment_id"], []).append(_arm(row))
    found = [_experiment(row, arms.get(row["id"], [])) for row in rows]
    return sorted(found, key=_latest_first)


def load_experiment(uow: UnitOfWork, experiment_id: str) -> Experiment:
    """Return an experiment; raises NotFound."""
    found = find_experiment(uow, experiment_id)
    if found is None:
        raise NotFound(f"no experiment {experiment_id[:80]}; list them with `synth experiments ls`")
    return found


def find_experiment(uow: UnitOfWork, experiment_id: str) -> Experiment | None:
    """Return an experiment; None where it was not imported."""
    return next((one for one in list_experiments(uow) if one.id == experiment_id), None)


def save_experiment(
    uow: UnitOfWork, experiment: Experiment, *, imported_by: str, now: datetime
) -> None:
    """Store an experiment, or overwrite what is said about it; talks stay."""
    row = {
        "id": experiment.id,
        "name": experiment.name,
        "starts_at": experiment.starts_at,
        "ends_at": experiment.ends_at,
        "exposure_event": experiment.exposure_event,
        "follows": experiment.follows,
        "imported_by": imported_by,
        "imported_at": now,
    }
    uow.upsert(experiments, [row])
    uow.execute(
        delete(experiment_arms).where(
            experiment_arms.c.workspace_id == uow.workspace_id,
            experiment_arms.c.experiment_id == experiment.id,
        )
    )
    uow.insert(
        experiment_arms,
        [
            {**vars(arm), "experiment_id": experiment.id, "position": place}
            for place, arm in enumerate(experiment.arms)
        ],
    )


def talks(uow: UnitOfWork) -> list[Talk]:
    """Return who said something that counts in which current interview."""
    joined = chunks.join(
        documents,
        and_(
            documents.c.workspace_id == chunks.c.workspace_id,
            documents.c.id == chunks.c.document_id,
        ),
    ).join(
        participants,
        and_(
            participants.c.workspace_id == chunks.c.workspace_id,
            participants.c.id == chunks.c.participant_id,
        ),
    )
    statement = (
        select(chunks.c.document_id, chunks.c.participant_id, documents.c.occurred_at)
        .select_from(joined)
        .where(
            chunks.c.workspace_id == uow.workspace_id,
            chunks.c.is_evidence,
            documents.c.is_current,
            documents.c.kind == TRANSCRIPT,
            participants.c.may_analyse,
        )
        .distinct()
    )
    return [Talk(**row) for row in uow.rows(statement)]


def interviews(uow: UnitOfWork) -> dict[str, str]:
    """Return the titles of current interviews by document id, by title."""
    statement = (
        select(documents.c.id, documents.c.title)
        .where(
            documents.c.workspace_id == uow.workspace_id,
            documents.c.is_current,
            documents.c.kind == TRANSCRIPT,
        )
        .order_by(documents.c.title, documents.c.id)
    )
    return {row["id"]: row["title"] for row in uow.rows(statement)}


def tagged_talks(uow: UnitOfWork) -> dict[str, set[str]]:
    """Return the documents said to be about each experiment."""
    statement = select(experiment_talks).where(experiment_talks.c.workspace_id == uow.workspace_id)
    found: dict[str, set[str]] = {}
    for row in uow.rows(statement):
        found.setdefault(row["experiment_id"], set()).add(row["document_id"])
    return found


def add_talks(
    uow: UnitOfWork, experiment_id: str, document_ids: Iterable[str], *, by: str, now: datetime
) -> None:
    """Say that documents are about an experiment; said twice is said once."""
    place = {"experiment_id": experiment_id, "added_by": by, "added_at": now}
    uow.insert_missing(experiment_talks, [{**place, "document_id": one} for one in document_ids])


def drop_talk(uow: UnitOfWork, experiment_id: str, document_id: str) -> int:
    """Take back that a document is about an experiment; return how many rows went."""
    return uow.execute(
        delete(experiment_talks).where(
            experiment_talks.c.workspace_id == uow.workspace_id,
            experiment_talks.c.experiment_id == experiment_id,
            experiment_talks.c.document_id == document_id,
        )
    )


def _latest_first(experiment: Experiment) -> tuple[float, str]:
    began = experiment.starts_at or experiment.ends_at
    return (-began.timestamp() if began else 0.0, experiment.id)


def _experiment(row: RowMapping, arms: list[Arm]) -> Experiment:
    names = ("id", "name", "starts_at", "ends_at", "exposure_event", "follows")
    return Experiment(**{name: row[name] for name in names}, arms=arms)


def _arm(row: RowMapping) -> Arm:
    values: dict[str, Any] = {name: row[name] for name in Arm.__dataclass_fields__}
    return Arm(**values)
