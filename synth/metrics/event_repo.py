"""SQL of what is computed from events: parts of the log, funnels, rules, sessions, values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Table, delete, select, update

from synth.backends.event_log import Part
from synth.errors import NotFound
from synth.metrics import repo
from synth.metrics.funnels import Funnel
from synth.metrics.types import Observation, PersonValue, Session
from synth.store.tables.metrics import (
    anomaly_sessions,
    event_parts,
    event_rules,
    events,
    funnels,
    metrics,
    observations,
    person_values,
)
from synth.store.unit_of_work import UnitOfWork

#: Rows read or written at once.
BATCH = 50_000


@dataclass(frozen=True, kw_only=True)
class RuleMatch:
    """What a rule found in one slice when it was last looked at."""

    segment: dict[str, str]
    k: int  #: people who match
    n: int  #: people who were measured
    holds: bool
    anomaly_id: str | None


@dataclass(frozen=True, kw_only=True)
class StoredRule:
    """A rule as it was written, and what it last found."""

    id: str
    name: str
    text: str
    last_matches: Sequence[RuleMatch]
    checked_at: datetime | None


def list_parts(uow: UnitOfWork) -> list[Part]:
    """Return the parts of the event log, oldest events first."""
    statement = _all(uow, event_parts).order_by(event_parts.c.first_at, event_parts.c.id)
    names = ("id", "rows", "first_at", "last_at")
    return [Part(**{name: row[name] for name in names}) for row in uow.rows(statement)]


def add_part(uow: UnitOfWork, part: Part, now: datetime) -> int:
    """Let a written part count; return how many events are new: none where it counts already."""
    if any(known.id == part.id for known in list_parts(uow)):
        return 0
    row = {"id": part.id, "rows": part.rows, "first_at": part.first_at, "last_at": part.last_at}
    uow.insert_missing(event_parts, [{**row, "added_at": now}])
    return part.rows


def has_events(uow: UnitOfWork) -> bool:
    """Return whether any event was ever imported."""
    return any(uow.row(_all(uow, table).limit(1)) is not None for table in (event_parts, events))


def old_events(uow: UnitOfWork) -> Iterator[Sequence[RowMapping]]:
    """Yield, in batches, the events stored before there was a log: they are kept in a table."""
    statement = _all(uow, events).execution_options(yield_per=BATCH)
    with uow.connection.execute(statement) as found:
        yield from found.mappings().partitions(BATCH)


def list_funnels(uow: UnitOfWork) -> list[Funnel]:
    """Return all funnels by name."""
    return [_funnel(row) for row in uow.rows(_all(uow, funnels).order_by(funnels.c.name))]


def find_funnel(uow: UnitOfWork, name: str) -> Funnel:
    """Return the funnel of this name; raises NotFound."""
    row = uow.row(_all(uow, funnels).where(funnels.c.name == name))
    if row is None:
        raise NotFound(f"no funnel {name}; list them with `synth funnels ls`")
    return _funnel(row)


def save_funnel(uow: UnitOfWork, funnel: Funnel, *, created_by: str, now: datetime) -> None:
    """Insert a funnel, or overwrite the one of this id."""
    row = {
        "id": funnel.id,
        "name": funnel.name,
        "steps": list(funnel.steps),
        "window_seconds": round(funnel.window.total_seconds()),
        "settle_days": funnel.settle_days,
    }
    uow.upsert(funnels, [{**row, "created_by": created_by, "created_at": now}])


def remove_funnel(uow: UnitOfWork, funnel: Funnel) -> None:
    """Forget a funnel; the values per day that it gave stay as they are, those per person go."""
    source = f"funnel:{funnel.id}"
    own = select(metrics.c.id).where(
        metrics.c.workspace_id == uow.workspace_id, metrics.c.computed_from == source
    )
    uow.execute(_delete(uow, person_values).where(person_values.c.metric_id.in_(own)))
    uow.execute(
        update(metrics)
        .where(metrics.c.workspace_id == uow.workspace_id, metrics.c.computed_from == source)
        .values(computed_from=None)
    )
    uow.execute(_delete(uow, funnels).where(funnels.c.id == funnel.id))


def list_rules(uow: UnitOfWork) -> list[StoredRule]:
    """Return all rules by name."""
    return [_rule(row) for row in uow.rows(_all(uow, event_rules).order_by(event_rules.c.name))]


def find_rule(uow: UnitOfWork, name: str) -> StoredRule:
    """Return the rule of this name; raises NotFound."""
    row = uow.row(_all(uow, event_rules).where(event_rules.c.name == name))
    if row is None:
        raise NotFound(f"no rule {name}; list them with `synth rules ls`")
    return _rule(row)


def save_rule(
    uow: UnitOfWork, rule_id: str, name: str, text: str, *, created_by: str, now: datetime
) -> None:
    """Insert a rule, or overwrite the one of this id; what it found before is forgotten."""
    row: dict[str, Any] = {"id": rule_id, "name": name, "text": text}
    row |= {"last_matches": [], "checked_at": None}
    uow.upsert(event_rules, [{**row, "created_by": created_by, "created_at": now}])


def keep_matches(
    uow: UnitOfWork, rule_id: str, matches: Iterable[RuleMatch], now: datetime
) -> None:
    """Keep what a rule found."""
    found = [
        {name: getattr(one, name) for name in RuleMatch.__dataclass_fields__} for one in matches
    ]
    uow.execute(
        update(event_rules)
        .where(event_rules.c.workspace_id == uow.workspace_id, event_rules.c.id == rule_id)
        .values(last_matches=found, checked_at=now)
    )


def remove_rule(uow: UnitOfWork, rule_id: str) -> None:
    """Forget a rule; anomalies it opened stay until the next run."""
    uow.execute(_delete(uow, event_rules).where(event_rules.c.id == rule_id))


def measured_by_person(uow: UnitOfWork) -> set[str]:
    """Return the ids of metrics that have values of people."""
    statement = select(person_values.c.metric_id).where(
        person_values.c.workspace_id == uow.workspace_id
    )
    return {row["metric_id"] for row in uow.rows(statement.distinct())}


def replace_values(
    uow: UnitOfWork,
    metric_id: str,
    *,
    series: Sequence[Observation],
    people: Sequence[PersonValue],
) -> None:
    """Make these the only values of a metric that we compute."""
    for table in (observations, person_values):
        uow.execute(_delete(uow, table).where(table.c.metric_id == metric_id))
    uow.insert(observations, (repo.observation_row(metric_id, item) for item in series))
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        uow.insert(person_values, (repo.person_row(metric_id, value) for value in batch))


def replace_sessions(uow: UnitOfWork, anomaly_id: str, found: Iterable[Session]) -> None:
    """Make these the sessions of an anomaly."""
    uow.execute(_delete(uow, anomaly_sessions).where(anomaly_sessions.c.anomaly_id == anomaly_id))
    uow.insert(
        anomaly_sessions,
        (
            {
                "anomaly_id": anomaly_id,
                "session_id": one.session_id,
                "participant_id": one.participant_id,
                "event": one.event,
                "at": one.at,
            }
            for one in found
        ),
    )


def sessions_of(uow: UnitOfWork, anomaly_id: str) -> list[Session]:
    """Return the sessions to watch for an anomaly, newest first."""
    statement = (
        _all(uow, anomaly_sessions)
        .where(anomaly_sessions.c.anomaly_id == anomaly_id)
        .order_by(anomaly_sessions.c.at.desc(), anomaly_sessions.c.session_id)
    )
    names = Session.__dataclass_fields__
    return [Session(**{name: row[name] for name in names}) for row in uow.rows(statement)]


def _all(uow: UnitOfWork, table: Table) -> Any:
    return select(table).where(table.c.workspace_id == uow.workspace_id)


def _delete(uow: UnitOfWork, table: Table) -> Any:
    return delete(table).where(table.c.workspace_id == uow.workspace_id)


def _funnel(row: RowMapping) -> Funnel:
    return Funnel(
        id=row["id"],
        name=row["name"],
        steps=tuple(row["steps"]),
        window=timedelta(seconds=row["window_seconds"]),
        settle_days=row["settle_days"],
    )


def _rule(row: RowMapping) -> StoredRule:
    return StoredRule(
        id=row["id"],
        name=row["name"],
        text=row["text"],
        last_matches=[RuleMatch(**one) for one in row["last_matches"]],
        checked_at=row["checked_at"],
    )
