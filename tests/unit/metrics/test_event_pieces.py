"""A file cut into uploads loses no row, and every problem keeps its line."""

from __future__ import annotations

import csv
import io
import json

import duckdb
import pytest

from synth.metrics.importers.pieces import cut

ROWS = [(f"2026-03-01T{n % 24:02d}:00:00", f"u{n}", f'say "hi",\nthen {n}') for n in range(500)]


def as_csv():
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("ts", "user_id", "event"), *ROWS])
    return text.getvalue().encode()


@pytest.mark.parametrize("limit", [3_000, 10_000, 10**6])
def test_csv_is_cut_between_rows_and_keeps_its_header(tmp_path, limit):
    file = tmp_path / "e.csv"
    file.write_bytes(as_csv())
    pieces = list(cut(file, limit=limit))
    whole = as_csv().decode().split("\n")
    found = []
    for piece in pieces:
        assert len(piece.content) < limit
        text = piece.content.decode()
        reader = csv.DictReader(io.StringIO(text))
        found += [(row["ts"], row["user_id"], row["event"]) for row in reader]
        second = text.split("\n")[1]
        assert whole[2 + piece.lines_before - 1] == second
    assert found == ROWS
    assert (len(pieces) > 1) is (limit < 10**6)


def test_json_lines_are_cut_between_lines(tmp_path):
    file = tmp_path / "e.jsonl"
    lines = [json.dumps({"ts": ts, "user_id": who, "event": what}) for ts, who, what in ROWS]
    file.write_text("\n".join(lines))
    pieces = list(cut(file, limit=5_000))
    assert len(pieces) > 5
    assert b"".join(piece.content for piece in pieces).decode().split("\n") == lines
    for piece in pieces:
        assert piece.content.decode().split("\n")[0] == lines[piece.lines_before]


def test_parquet_is_cut_by_rows(tmp_path):
    file = tmp_path / "e.parquet"
    duckdb.sql("SELECT i, hash(i) AS h FROM range(20000) t(i)").write_parquet(str(file))
    limit = file.stat().st_size // 3
    found = []
    for piece in cut(file, limit=limit):
        assert piece.lines_before == len(found)
        part = tmp_path / f"part{len(found)}"
        part.write_bytes(piece.content)
        found += [i for (i,) in duckdb.sql(f"SELECT i FROM read_parquet('{part}')").fetchall()]
    assert found == list(range(20000))
