"""SQL of tests, their outcomes in numbers and in places of quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Table, select

from synth.core.proportions import Proportion, wilson
from synth.hypotheses.types import Side
from synth.insights.types import FromExperiment, InsightTest, InsightTestKind, Measured
from synth.metrics.ratios import Mean
from synth.metrics.types import Good
from synth.store.tables.insights import (
    insight_outcomes,
    insight_quotes,
    insight_tests,
)
from synth.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a quote after launch stands; its words are read from the document."""

    id: str
    insight_id: str
    test_id: str
    side: Side
    chunk_id: str
    document_id: str
    start: int
    end: int
    quote_sha256: str
    recorded_by: str
    recorded_at: datetime


def add_test(uow: UnitOfWork, test: InsightTest) -> None:
    """Add what is tried."""
    uow.insert(insight_tests, [{**asdict(test), "split": dict(test.split)}])


def list_tests(uow: UnitOfWork, insight_id: str | None = None) -> list[InsightTest]:
    """Return what was tried, oldest first: for one insight, or for all."""
    statement = _own(uow, insight_tests, insight_id)
    rows = uow.rows(statement.order_by(insight_tests.c.starts_on, insight_tests.c.id))
    return [_test(row) for row in rows]


def add_measured(uow: UnitOfWork, insight_id: str, found: Iterable[Measured]) -> None:
    """Add outcomes in numbers."""
    uow.insert(insight_outcomes, (_measured_row(insight_id, one) for one in found))


def list_measured(uow: UnitOfWork, insight_id: str | None = None) -> dict[str, list[Measured]]:
    """Return outcomes in numbers by insight, oldest first.

    Of an experiment whose numbers were taken over again, only the newest.
    """
    table = insight_outcomes.c
    order = (table.measured_on, table.recorded_at, table.id)
    found: dict[str, dict[object, Measured]] = {}
    for row in uow.rows(_own(uow, insight_outcomes, insight_id).order_by(*order)):
        one = _measured(row)
        key = (one.test_id, one.metric, one.source) if one.source else one.id
        found.setdefault(row["insight_id"], {})[key] = one
    return {key: list(own.values()) for key, own in found.items()}


def add_places(uow: UnitOfWork, found: Iterable[Placed]) -> None:
    """Add places of quotes after launch."""
    uow.insert(insight_quotes, (asdict(one) for one in found))


def list_places(uow: UnitOfWork, insight_id: str | None = None) -> list[Placed]:
    """Return the places of quotes after launch, oldest first."""
    order = (insight_quotes.c.recorded_at, insight_quotes.c.id)
    rows = uow.rows(_own(uow, insight_quotes, insight_id).order_by(*order))
    return [_placed(row) for row in rows]


def _own(uow: UnitOfWork, table: Table, insight_id: str | None) -> Select[Any]:
    statement = select(table).where(table.c.workspace_id == uow.workspace_id)
    return statement if insight_id is None else statement.where(table.c.insight_id == insight_id)


def _test(row: RowMapping) -> InsightTest:
    values = {name: row[name] for name in InsightTest.__dataclass_fields__}
    return InsightTest(**{**values, "kind": InsightTestKind(row["kind"])})


def _measured_row(insight_id: str, one: Measured) -> dict[str, Any]:
    row = {**asdict(one), "insight_id": insight_id}
    row |= row.pop("source") or {}
    for name in ("before", "after"):
        share = row.pop(f"{name}_share")
        mean = row.pop(f"{name}_mean")
        row[f"{name}_k"] = share["k"] if share else None
        row[f"{name}_sd"] = mean["sd"] if mean else None
        counted = share or mean
        row[f"{name}_n"] = counted["n"] if counted else None
    return {**row, "segment": dict(one.segment)}


def _measured(row: RowMapping) -> Measured:
    shown = (
        "id", "test_id", "metric", "unit", "segment", "before", "after", "predicted", "measured_on",
        "recorded_by", "recorded_at",
    )  # fmt: skip
    return Measured(
        **{name: row[name] for name in shown},
        good=Good(row["good"]),
        before_share=_share(row["before_k"], row["before_n"]),
        after_share=_share(row["after_k"], row["after_n"]),
        before_mean=_mean(row, "before"),
        after_mean=_mean(row, "after"),
        source=_source(row),
    )


def _source(row: RowMapping) -> FromExperiment | None:
    if row["experiment_id"] is None:
        return None
    return FromExperiment(**{name: row[name] for name in FromExperiment.__dataclass_fields__})


def _mean(row: RowMapping, which: str) -> Mean | None:
    sd, n = row[f"{which}_sd"], row[f"{which}_n"]
    return None if sd is None or n is None else Mean(value=row[which], sd=sd, n=n)


def _share(k: int | None, n: int | None) -> Proportion | None:
    return None if k is None or n is None else wilson(k, n)


def _placed(row: RowMapping) -> Placed:
    values = {name: row[name] for name in Placed.__dataclass_fields__}
    return Placed(**{**values, "side": Side(row["side"])})
