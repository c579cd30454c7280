"""Files larger than one upload, cut where a row ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Part of the upload limit that a piece fills: form fields and other compression need room.
FILLED = 0.7


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a file that can be read alone."""

    content: bytes
    lines_before: int  #: what to add to its line numbers to get those of the whole file


def cut(file: Path, *, limit: int) -> Iterator[Piece]:
    """Yield the file in pieces below `limit` bytes, in order; a small file is one piece."""
    if file.stat().st_size <= limit:
        yield Piece(content=file.read_bytes(), lines_before=0)
    elif _starts(file).startswith(b"PAR1"):
        yield from _cut_parquet(file, limit)
    else:
        yield from _cut_lines(file, round(limit * FILLED))


def _cut_parquet(file: Path, limit: int) -> Iterator[Piece]:
    from synth.backends.event_log import split_parquet  # DuckDB takes a moment to import

    count = -(-file.stat().st_size // round(limit * FILLED))
    with tempfile.TemporaryDirectory(prefix="synth-pieces-") as folder:
        for first, path in split_parquet(file, Path(folder), pieces=count):
            yield Piece(content=path.read_bytes(), lines_before=first)


def _cut_lines(file: Path, limit: int) -> Iterator[Piece]:
    """Cut CSV and JSON lines; every piece of a CSV gets the header."""
    is_csv = not _starts(file).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    with file.open("rb") as lines:
        header = lines.readline() if is_csv else b""
        parts, size, number, first = [header], len(header), int(is_csv), int(is_csv)
        is_inside = False  # a quoted cell may hold line ends
        for line in lines:
            parts.append(line)
            size, number = size + len(line), number + 1
            is_inside ^= is_csv and line.count(b'"') % 2 == 1
            if size >= limit and not is_inside:
                yield Piece(content=b"".join(parts), lines_before=first - int(is_csv))
                parts, size, first = [header], len(header), number
        if len(parts) > 1:
            yield Piece(content=b"".join(parts), lines_before=first - int(is_csv))


def _starts(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(16)
