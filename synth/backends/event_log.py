"""Raw events as immutable Parquet files, read and joined out of core; only here is DuckDB."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from synth.backends.event_columns import OPTIONAL, REQUIRED, check_columns, checked_rows
from synth.core.ids import new_id
from synth.errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Memory DuckDB may hold before it writes to disk, and the threads it may use.
MEMORY, THREADS = "1GB", 2

#: Age at which a file that counts nowhere belongs to no import that still runs.
STRAY_SECONDS = 3600

#: Unusable rows told of one by one.
PROBLEMS = 200

Columns: TypeAlias = Mapping[str, NDArray[Any]]

INCOMING = """CREATE TABLE incoming (
    user_id VARCHAR, ts TIMESTAMP, name VARCHAR, value DOUBLE, session_id VARCHAR)"""
NO_EVENTS = """SELECT NULL::VARCHAR user_key, NULL::TIMESTAMP ts, NULL::VARCHAR AS name,
    NULL::DOUBLE AS value, NULL::VARCHAR session_id WHERE false"""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of the log."""

    id: str
    rows: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a Parquet file held."""

    rows: int
    bad: int  #: rows that cannot be used
    problems: Sequence[tuple[int, str]]  #: (row, what is wrong) of the first of them
    ignored: Sequence[str] = ()  #: columns that are none of an event's


class EventQuery:
    """Questions to the events of some parts; times are UTC."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        """Ask through `connection`."""
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT."""
        return self._connection.execute(sql, list(values)).fetchall()

    def columns(self, sql: str, *values: object) -> dict[str, NDArray[Any]]:
        """Return the columns of a SELECT as arrays; a missing time is NaT."""
        found = self._connection.execute(sql, list(values)).fetchnumpy()
        return {
            name: np.ma.filled(column, np.datetime64("NaT") if column.dtype.kind == "M" else None)
            if isinstance(column, np.ma.MaskedArray)
            else column
            for name, column in found.items()
        }

    def table(self, name: str, columns: Columns) -> None:
        """Add rows to the temporary table `name`, made at the first call."""
        self._connection.register("given", dict(columns))
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS FROM given LIMIT 0")
        self._connection.execute(f"INSERT INTO {name} FROM given")
        self._connection.unregister("given")

    def run(self, sql: str, *values: object) -> None:
        """Run a statement, for example one that makes a view."""
        self._connection.execute(sql, list(values))


class Inbox(EventQuery):
    """Events of one file on their way into the log."""

    def add(self, columns: Columns) -> None:
        """Take rows: user_id, ts (UTC), name, value (NaN: none), session_id."""
        self._connection.register("given", dict(columns))
        self._connection.execute(
            """INSERT INTO incoming SELECT user_id, ts, name,
            CASE WHEN isnan(value) THEN NULL ELSE value END, session_id FROM given"""
        )
        self._connection.unregister("given")

    def read_parquet(self, filename: str, path: Path) -> Read:
        """Take the rows of a Parquet file.

        Raises:
            InputError: it is no Parquet file, or a column is missing or of a wrong type.
        """
        import duckdb

        try:
            types = {
                str(row[0]): str(row[1])
                for row in self.rows(f"DESCRIBE SELECT * FROM read_parquet({_literal(path)})")
            }
        except duckdb.Error as error:
            raise InputError("this Parquet file cannot be read", file=filename) from error
        check_columns(filename, types)
        self.run(f"CREATE TABLE given_rows AS {checked_rows(_literal(path), types)}")
        self.run(
            "INSERT INTO incoming SELECT user_id, ts, name, value, session_id FROM given_rows "
            "WHERE problem IS NULL"
        )
        rows, bad = self.rows("SELECT count(*), count(problem) FROM given_rows")[0]
        problems = self.rows(
            "SELECT line, problem FROM given_rows WHERE problem IS NOT NULL ORDER BY line LIMIT ?",
            PROBLEMS,
        )
        self.run("DROP TABLE given_rows")
        return Read(
            rows=int(rows),
            bad=int(bad),
            problems=[(int(n), str(p)) for n, p in problems],
            ignored=[name for name in types if name not in (*REQUIRED, *OPTIONAL)],
        )

    def users(self) -> list[str]:
        """Return who the rows name, in order."""
        return [row[0] for row in self.rows("SELECT DISTINCT user_id FROM incoming ORDER BY 1")]

    def count(self) -> int:
        """Return how many rows were taken."""
        return int(self.rows("SELECT count(*) FROM incoming")[0][0])


class EventLog:
    """A folder with one Parquet file per part; which parts count stands in the database."""

    def __init__(self, folder: Path) -> None:
        """Keep the files under `folder`, made on first use."""
        self._folder = folder

    @contextmanager
    def asking(self, workspace_id: str, parts: Sequence[str]) -> Iterator[EventQuery]:
        """Give questions over the view `log(user_key, ts, name, value, session_id)` of the parts.

        Raises:
            InputError: a part's file is missing.
        """
        with self._connection() as connection:
            connection.execute(f"CREATE VIEW log AS {self._source(workspace_id, parts)}")
            yield EventQuery(connection)

    @contextmanager
    def receiving(self) -> Iterator[Inbox]:
        """Give an inbox for one file."""
        with self._connection() as connection:
            connection.execute(INCOMING)
            yield Inbox(connection)

    def store(
        self,
        inbox: Inbox,
        workspace_id: str,
        *,
        part_id: str,
        keys: Mapping[str, str],
        known: Sequence[Part],
    ) -> Part | None:
        """Write what `known` parts do not hold yet as a new part, durably; None: all was there.

        `keys` says for each user of the file which key the events are kept under.
        """
        inbox.table("keys", {"user_id": _texts(keys), "user_key": _texts(keys.values())})
        inbox.run(
            """CREATE TABLE fresh AS SELECT DISTINCT user_key, ts, name, value, session_id
            FROM incoming JOIN keys USING (user_id)"""
        )
        self._drop_known(inbox, workspace_id, known)
        count, first, last = inbox.rows("SELECT count(*), min(ts), max(ts) FROM fresh")[0]
        if not count:
            return None
        self._write(inbox, self._path(workspace_id, part_id), "fresh")
        return Part(id=part_id, rows=int(count), first_at=_utc(first), last_at=_utc(last))

    def without(
        self, workspace_id: str, parts: Sequence[Part], keys: Sequence[str]
    ) -> dict[str, Part | None]:
        """Write every part that holds events kept under `keys` anew, without them, durably.

        Returns by the id of the old part what stands for it; None: nothing is left. The old files
        stay until they are dropped.
        """
        found: dict[str, Part | None] = {}
        for part in parts:
            with self.asking(workspace_id, [part.id]) as query:
                query.table("gone", {"user_key": _texts(keys)})
                query.run("CREATE VIEW kept AS FROM log ANTI JOIN gone USING (user_key)")
                count, first, last = query.rows("SELECT count(*), min(ts), max(ts) FROM kept")[0]
                if count == part.rows:
                    continue
                found[part.id] = None
                if count:
                    new = new_id()
                    self._write(query, self._path(workspace_id, new), "kept")
                    found[part.id] = Part(
                        id=new, rows=int(count), first_at=_utc(first), last_at=_utc(last)
                    )
        return found

    def drop(self, workspace_id: str, part_ids: Sequence[str]) -> None:
        """Remove the files of parts that count no more."""
        for part_id in part_ids:
            self._path(workspace_id, part_id).unlink(missing_ok=True)

    def sweep(self, workspace_id: str, known: Collection[str]) -> None:
        """Remove files of no known part, left by a process that died; young ones may yet count."""
        old = time.time() - STRAY_SECONDS
        for path in (self._folder / workspace_id).glob("*"):
            if path.stem.partition(".")[0] not in known and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)

    def holds(self, workspace_id: str, part_id: str) -> bool:
        """Return whether the file of a part is there."""
        return self._path(workspace_id, part_id).exists()

    def _write(self, query: EventQuery, path: Path, table: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        query.run(
            f"COPY (FROM {table} ORDER BY name, ts) TO {_literal(partial)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)

    def _drop_known(self, inbox: Inbox, workspace_id: str, known: Sequence[Part]) -> None:
        first, last = inbox.rows("SELECT min(ts), max(ts) FROM fresh")[0]
        if first is None:
            return
        near = [p.id for p in known if p.first_at <= _utc(last) and p.last_at >= _utc(first)]
        if near:
            inbox.run(
                f"""DELETE FROM fresh WHERE rowid IN (SELECT fresh.rowid FROM fresh
                JOIN ({self._source(workspace_id, near)}) AS old
                ON old.ts = fresh.ts AND old.user_key = fresh.user_key AND old.name = fresh.name
                AND old.value IS NOT DISTINCT FROM fresh.value
                AND old.session_id IS NOT DISTINCT FROM fresh.session_id
                WHERE old.ts BETWEEN ? AND ?)""",
                first,
                last,
            )

    def _source(self, workspace_id: str, parts: Sequence[str]) -> str:
        paths = [self._path(workspace_id, part) for part in parts]
        missing = [part for part in parts if not self.holds(workspace_id, part)]
        if missing:
            raise InputError(
                "events are missing from the data folder; restore them from a backup",
                found=", ".join(missing[:5]),
            )
        if not paths:
            return NO_EVENTS
        return f"SELECT * FROM read_parquet([{', '.join(map(_literal, paths))}])"

    def _path(self, workspace_id: str, part_id: str) -> Path:
        return self._folder / workspace_id / f"{part_id}.parquet"

    @contextmanager
    def _connection(self) -> Iterator[DuckDBPyConnection]:
        import duckdb  # half a second; most commands never need it

        spill = self._folder / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute(f"SET threads = {THREADS}")
            connection.execute(f"SET temp_directory = {_literal(spill)}")
            connection.execute("SET autoinstall_known_extensions = false")
            connection.execute("SET python_enable_replacements = false")
            yield connection


def split_parquet(path: Path, folder: Path, *, pieces: int) -> Iterator[tuple[int, Path]]:
    """Yield (rows before it, file) of so many files in `folder`, which together hold the file's.

    Each is removed when the next is asked for.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        source = f"read_parquet({_literal(path)}, file_row_number = true)"
        (counted,) = connection.execute(f"SELECT count(*) FROM {source}").fetchall()
        step = max(1, -(-int(counted[0]) // pieces))
        for first in range(0, int(counted[0]), step):
            piece = folder / f"{first}.parquet"
            connection.execute(
                f"COPY (SELECT * EXCLUDE (file_row_number) FROM {source} WHERE file_row_number "
                f">= {first} AND file_row_number < {first + step}) "
                f"TO {_literal(piece)} (FORMAT parquet, COMPRESSION zstd)"
            )
            yield first, piece
            piece.unlink()


def _texts(values: Any) -> NDArray[Any]:
    return np.array([*values, None], dtype=object)[:-1]


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
