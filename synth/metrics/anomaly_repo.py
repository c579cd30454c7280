"""SQL of anomalies and the people they measured; read through `metrics.repo`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, case, delete, func, select, update

from synth.core.periods import Period
from synth.core.proportions import Proportion, wilson
from synth.errors import NotFound
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good
from synth.people import repo as people
from synth.store.tables.metrics import anomalies, metrics
from synth.store.tables.metrics import anomaly_people as people_table
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork


def list_anomalies(uow: UnitOfWork) -> list[Anomaly]:
    """Return the current anomalies, the one that hit most people first."""
    rows = uow.rows(_select(uow).where(anomalies.c.is_current))
    found = [_anomaly(row) for row in rows]
    return sorted(found, key=lambda item: (-item.affected, -item.score, item.id))


def load_anomaly(uow: UnitOfWork, anomaly_id: str) -> Anomaly:
    """Return an anomaly, current or past; raises NotFound."""
    rows = uow.rows(_select(uow).where(anomalies.c.id == anomaly_id))
    if not rows:
        raise NotFound(f"no anomaly {anomaly_id}; list them with `synth anomalies ls`")
    return _anomaly(rows[0])


def anomaly_people(uow: UnitOfWork, ids: Iterable[str] | None = None) -> list[AnomalyPeople]:
    """Return who each anomaly measured and hit: of those asked for, or of all current ones."""
    wanted = None if ids is None else sorted(set(ids))
    found = list_anomalies(uow) if wanted is None else [load_anomaly(uow, item) for item in wanted]
    hit: dict[str, set[str]] = {item.id: set() for item in found}
    spared: dict[str, set[str]] = {item.id: set() for item in found}
    for start in range(0, len(found), BATCH_ROWS):
        batch = [item.id for item in found[start : start + BATCH_ROWS]]
        statement = select(people_table).where(
            people_table.c.workspace_id == uow.workspace_id, people_table.c.anomaly_id.in_(batch)
        )
        for row in uow.rows(statement):
            side = hit if row["is_affected"] else spared
            side[row["anomaly_id"]].add(row["participant_id"])
    return [
        AnomalyPeople(
            anomaly=item, affected=frozenset(hit[item.id]), unaffected=frozenset(spared[item.id])
        )
        for item in found
    ]


def replace_anomalies(
    uow: UnitOfWork, run_id: str, found: Sequence[AnomalyPeople], now: datetime
) -> None:
    """Make `found` the current anomalies; those of earlier runs stay, no longer current."""
    uow.execute(
        update(anomalies)
        .where(anomalies.c.workspace_id == uow.workspace_id, anomalies.c.is_current)
        .values(is_current=False)
    )
    uow.upsert(anomalies, (_row(item.anomaly, run_id, now) for item in found))
    roots = people.united(uow)  # of people joined while they were counted
    for item in found:
        uow.execute(
            delete(people_table).where(
                people_table.c.workspace_id == uow.workspace_id,
                people_table.c.anomaly_id == item.anomaly.id,
            )
        )
        uow.insert(people_table, _people_rows(item, roots))


def _people_rows(item: AnomalyPeople, roots: Mapping[str, str]) -> list[dict[str, Any]]:
    affected = {roots.get(one, one) for one in item.affected}
    everybody = affected | {roots.get(one, one) for one in item.unaffected}
    return [
        {"anomaly_id": item.anomaly.id, "participant_id": one, "is_affected": one in affected}
        for one in sorted(everybody)
    ]


def _select(uow: UnitOfWork) -> Any:
    """Select anomalies with their metric's name, and how many people they hit and measured."""
    counts = (
        select(
            people_table.c.anomaly_id,
            func.sum(case((people_table.c.is_affected, 1), else_=0)).label("hit"),
            func.count().label("measured"),
        )
        .where(people_table.c.workspace_id == uow.workspace_id)
        .group_by(people_table.c.anomaly_id)
        .subquery()
    )
    joined = anomalies.join(
        metrics,
        (metrics.c.workspace_id == anomalies.c.workspace_id)
        & (metrics.c.id == anomalies.c.metric_id),
    ).outerjoin(counts, counts.c.anomaly_id == anomalies.c.id)
    return (
        select(anomalies, metrics.c.name.label("metric"), counts.c.hit, counts.c.measured)
        .select_from(joined)
        .where(anomalies.c.workspace_id == uow.workspace_id)
    )


def _anomaly(row: RowMapping) -> Anomaly:
    has_window = row["starts_at"] is not None and row["ends_at"] is not None
    return Anomaly(
        id=row["id"],
        metric_id=row["metric_id"],
        metric=row["metric"],
        kind=AnomalyKind(row["kind"]),
        direction=Good(row["direction"]),
        segment=row["segment"],
        window=Period(row["starts_at"], row["ends_at"]) if has_window else None,
        baseline=row["baseline"],
        observed=row["observed"],
        score=row["score"],
        reason=row["reason"],
        affected=int(row["hit"] or 0),
        measured=int(row["measured"] or 0),
        baseline_share=_share(row["baseline_k"], row["baseline_n"]),
        observed_share=_share(row["observed_k"], row["observed_n"]),
    )


def _share(k: int | None, n: int | None) -> Proportion | None:
    return None if k is None or n is None else wilson(k, n)


def _row(anomaly: Anomaly, run_id: str, now: datetime) -> dict[str, Any]:
    window, before, after = anomaly.window, anomaly.baseline_share, anomaly.observed_share
    return {
        "id": anomaly.id,
        "run_id": run_id,
        "metric_id": anomaly.metric_id,
        "kind": anomaly.kind,
        "direction": anomaly.direction,
        "segment": dict(anomaly.segment),
        "starts_at": window.start if window else None,
        "ends_at": window.end if window else None,
        "baseline": anomaly.baseline,
        "observed": anomaly.observed,
        "baseline_k": before.k if before else None,
        "baseline_n": before.n if before else None,
        "observed_k": after.k if after else None,
        "observed_n": after.n if after else None,
        "score": anomaly.score,
        "reason": anomaly.reason,
        "is_current": True,
        "detected_at": now,
    }
