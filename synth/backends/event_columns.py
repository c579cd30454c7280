"""What the columns of an events file in Parquet must be, and the SQL that reads them."""

from __future__ import annotations

from collections.abc import Mapping

from synth.errors import InputError

#: Columns of an events file; the last two may be missing.
REQUIRED, OPTIONAL = ("ts", "user_id", "event"), ("value", "session_id")

#: Years an event can lie in.
FIRST_YEAR, LAST_YEAR = 1990, 2100

#: Types of a Parquet column that say a moment.
MOMENTS = ("TIMESTAMP", "DATE", "VARCHAR")


def check_columns(filename: str, types: Mapping[str, str]) -> None:
    """Check the columns of a Parquet file, given with their types.

    Raises:
        InputError: a column is missing, or `ts` is of a type that says no moment.
    """
    expected = ", ".join([*REQUIRED, *(f"[{name}]" for name in OPTIONAL)])
    missing = [name for name in REQUIRED if name not in types]
    if missing:
        raise InputError(
            f"column missing: {', '.join(missing)}",
            file=filename,
            found=", ".join(types)[:300],
            expected=expected,
        )
    if not types["ts"].startswith(MOMENTS):
        raise InputError(
            "ts is no time", file=filename, found=types["ts"], expected="timestamp, date or text"
        )


def checked_rows(path: str, types: Mapping[str, str]) -> str:
    """Return a SELECT of line, problem and an event's columns, each in its type.

    `path` is the file as a literal of SQL.
    """
    if types["ts"] in ("VARCHAR", "TIMESTAMP WITH TIME ZONE"):
        ts = "try_cast(ts AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    else:
        ts = "ts::TIMESTAMP"
    session = "nullif(trim(session_id::VARCHAR), '')" if "session_id" in types else "NULL::VARCHAR"
    value = "try_cast(value AS DOUBLE)" if "value" in types else "NULL::DOUBLE"
    was_given = "value IS NOT NULL" if "value" in types else "false"
    return f"""SELECT line, user_id, ts, name, session_id,
        CASE WHEN isnan(value) THEN NULL ELSE value END AS value,
        CASE
            WHEN ts IS NULL OR ts < '{FIRST_YEAR}-01-01' OR ts >= '{LAST_YEAR + 1}-01-01'
                THEN 'ts is no date; expected a time'
            WHEN coalesce(user_id, '') = '' THEN 'user_id is empty; expected an id'
            WHEN coalesce(name, '') = '' THEN 'event is empty; expected a name'
            WHEN (was_given AND value IS NULL) OR isinf(value)
                THEN 'value is no number; expected a finite number'
            WHEN contains(user_id, chr(0)) OR contains(name, chr(0)) OR contains(session_id, chr(0))
                THEN 'a cell holds a NUL character'
        END AS problem
        FROM (SELECT file_row_number + 1 AS line, trim(user_id::VARCHAR) AS user_id, {ts} AS ts,
            trim(event::VARCHAR) AS name, {value} AS value, {was_given} AS was_given,
            {session} AS session_id FROM read_parquet({path}, file_row_number = true))"""
