"""One request or one step: one unit of work, one commit, one workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

#: Rows written by one statement; keeps bound parameters below every database's limit.
BATCH_ROWS = 500

Row = Mapping[str, Any]


@dataclass(frozen=True)
class UnitOfWork:
    """An open transaction, scoped to one workspace; only the edge commits it."""

    connection: Connection
    workspace_id: str

    def rows(self, statement: Executable) -> Sequence[RowMapping]:
        """Return all rows of a SELECT."""
        return self.connection.execute(statement).mappings().all()

    def row(self, statement: Executable) -> RowMapping | None:
        """Return the first row of a SELECT, or None."""
        return self.connection.execute(statement).mappings().first()

    def scalar(self, statement: Executable) -> Any:
        """Return the first column of the first row, or None."""
        return self.connection.execute(statement).scalar()

    def execute(self, statement: Executable) -> int:
        """Run an UPDATE or DELETE; return the number of rows it touched."""
        return self.connection.execute(statement).rowcount

    def insert(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert `rows`, adding the workspace to each; a repeated key raises."""
        for batch in self._batches(rows):
            self.connection.execute(table.insert(), batch)

    def insert_missing(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert those of `rows` whose key is not there yet; the others stay as they are."""
        for batch in self._batches(rows):
            statement = self._dialect_insert(table).on_conflict_do_nothing()
            self.connection.execute(statement, batch)

    def upsert(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert `rows`, or overwrite the columns given of those whose primary key is there."""
        keys = {column.name for column in table.primary_key}
        for batch in self._batches(rows):
            statement = self._dialect_insert(table)
            changed = {name: statement.excluded[name] for name in batch[0] if name not in keys}
            self.connection.execute(
                statement.on_conflict_do_update(index_elements=sorted(keys), set_=changed)
                if changed
                else statement.on_conflict_do_nothing(),
                batch,
            )

    def _dialect_insert(self, table: Table) -> Any:
        postgres = self.connection.dialect.name == "postgresql"
        return postgresql.insert(table) if postgres else sqlite.insert(table)

    def _batches(self, rows: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
        scoped = [{**row, "workspace_id": self.workspace_id} for row in rows]
        for start in range(0, len(scoped), BATCH_ROWS):
            yield scoped[start : start + BATCH_ROWS]


@contextmanager
def writing(engine: Engine, workspace_id: str) -> Iterator[UnitOfWork]:
    """Open a unit of work that commits when the block ends and rolls back when it raises."""
    with engine.begin() as connection:
        yield UnitOfWork(connection, workspace_id)


@contextmanager
def reading(engine: Engine, workspace_id: str) -> Iterator[UnitOfWork]:
    """Open a unit of work that only reads and never blocks a writer."""
    with engine.connect() as connection:
        yield UnitOfWork(connection.execution_options(reading=True), workspace_id)
