"""SQL of the rhythm: key metrics, the survey's answers, reviews held, and when anomalies began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select

from synth.fusion.types import Answer, ReviewHeld
from synth.store.tables.fusion import confidence_answers, fusion_reviews, key_metrics
from synth.store.tables.metrics import anomalies, metrics, observations, person_values
from synth.store.unit_of_work import UnitOfWork


def anomaly_days(uow: UnitOfWork) -> dict[str, tuple[date, str]]:
    """Return the day each anomaly began, or was first seen, and its metric."""
    statement = (
        select(anomalies.c.id, anomalies.c.starts_at, anomalies.c.detected_at, metrics.c.name)
        .join(
            metrics,
            (metrics.c.workspace_id == anomalies.c.workspace_id)
            & (metrics.c.id == anomalies.c.metric_id),
        )
        .where(anomalies.c.workspace_id == uow.workspace_id)
    )
    return {
        row["id"]: ((row["starts_at"] or row["detected_at"]).date(), row["name"])
        for row in uow.rows(statement)
    }


def list_key_metrics(uow: UnitOfWork) -> list[tuple[str, str, int]]:
    """Return (metric id, name, rank) of the key metrics, the North Star first."""
    statement = (
        select(key_metrics.c.metric_id, metrics.c.name, key_metrics.c.rank)
        .join(
            metrics,
            (metrics.c.workspace_id == key_metrics.c.workspace_id)
            & (metrics.c.id == key_metrics.c.metric_id),
        )
        .where(key_metrics.c.workspace_id == uow.workspace_id)
        .order_by(key_metrics.c.rank)
    )
    return [(row["metric_id"], row["name"], row["rank"]) for row in uow.rows(statement)]


def set_key_metrics(uow: UnitOfWork, ids: Sequence[str], *, set_by: str, now: datetime) -> None:
    """Make these metrics the key metrics, the first of them the North Star."""
    uow.execute(delete(key_metrics).where(key_metrics.c.workspace_id == uow.workspace_id))
    row = {"set_by": set_by, "set_at": now}
    uow.insert(
        key_metrics,
        ({**row, "metric_id": metric_id, "rank": rank} for rank, metric_id in enumerate(ids)),
    )


def tracked_metrics(uow: UnitOfWork) -> set[str]:
    """Return the ids of metrics that have values, by time or by person."""
    found = set()
    for table in (observations, person_values):
        statement = (
            select(table.c.metric_id).where(table.c.workspace_id == uow.workspace_id).distinct()
        )
        found |= {row["metric_id"] for row in uow.rows(statement)}
    return found


def list_answers(uow: UnitOfWork) -> list[Answer]:
    """Return the survey's answers, oldest first."""
    table = confidence_answers
    own = select(table).where(table.c.workspace_id == uow.workspace_id)
    return [
        Answer(
            member_id=row["member_id"],
            quarter=row["quarter"],
            score=row["score"],
            answered_at=row["answered_at"],
        )
        for row in uow.rows(own.order_by(table.c.answered_at, table.c.member_id))
    ]


def save_answer(uow: UnitOfWork, answer: Answer) -> None:
    """Keep somebody's answer of a quarter in place of an earlier one."""
    row = {name: getattr(answer, name) for name in Answer.__dataclass_fields__}
    uow.upsert(confidence_answers, [row])


def list_reviews(uow: UnitOfWork) -> list[ReviewHeld]:
    """Return the fusion reviews that took place, newest first."""
    table = fusion_reviews
    own = select(table).where(table.c.workspace_id == uow.workspace_id)
    return [
        ReviewHeld(**{name: row[name] for name in ReviewHeld.__dataclass_fields__})
        for row in uow.rows(own.order_by(table.c.held_on.desc()))
    ]


def save_review(uow: UnitOfWork, held: ReviewHeld, now: datetime) -> None:
    """Keep that a review took place; the same day again is corrected."""
    row = {name: getattr(held, name) for name in ReviewHeld.__dataclass_fields__}
    uow.upsert(fusion_reviews, [{**row, "recorded_at": now}])


def count_observations(uow: UnitOfWork) -> int:
    """Return how many values metrics have."""
    own = observations.c.workspace_id == uow.workspace_id
    return int(uow.scalar(select(func.count()).select_from(observations).where(own)))
