"""Reads a codebook from CSV: one theme per code, seeded by its description and examples."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from synth.core.ids import derive_id
from synth.errors import InputError
from synth.themes.edits import Code

COLUMNS = ("code", "description", "example")
#: What may stand in the header instead.
ALIASES = {"name": "code", "theme": "code", "definition": "description", "examples": "example"}
#: Between examples in one cell.
SEPARATOR = "|"
MAX_CODES = 200
MAX_NAME = 120
MAX_TEXT = 2000


@dataclass(frozen=True, kw_only=True)
class Codebook:
    """What a file of codes came to."""

    codes: tuple[Code, ...]
    problems: tuple[str, ...]  #: one per row left out: file, line, what is wrong, found, expected


def read_codebook(file: str, text: str) -> Codebook:
    """Return the codes of a CSV with the columns `code`, `description`, `example`.

    A code of several rows has all their examples; a cell may hold several, separated by "|". The
    same name gives the same theme at each import. A row that cannot be used is left out and said.

    Raises:
        InputError: no CSV, no column `code`, or no row that can be used.
    """
    codes: dict[str, Code] = {}
    faults: list[InputError] = []
    try:
        for line, header, cells in _rows(file, text):
            try:
                _take(codes, file, line, _by_column(file, line, header, cells))
            except InputError as fault:
                faults.append(fault)
    except csv.Error as error:
        line = text.count("\n", 0, len(text.rstrip())) + 1
        faults.append(
            InputError("not a readable CSV up to here", file=file, line=line, found=str(error))
        )
    if not codes:
        raise next(iter(faults), _nothing(file))
    return Codebook(codes=tuple(codes.values()), problems=tuple(one.message for one in faults))


def code_id(name: str) -> str:
    """Return the id of the theme that a code becomes."""
    return derive_id("code", name.casefold())


def _take(codes: dict[str, Code], file: str, line: int, row: Mapping[str, str]) -> None:
    """Add a row to `codes`; raises InputError and adds nothing where it cannot be used."""
    name = " ".join(row.get("code", "").split())
    _check_length(file, line, "code", name, MAX_NAME)
    if not name:
        found = f"description {row.get('description', '')[:40]!r} without a name"
        raise InputError(
            "a code needs a name", file=file, line=line, found=found, expected="a cell `code`"
        )
    if name.casefold() not in codes and len(codes) == MAX_CODES:
        raise InputError(
            "too many codes; split the file",
            file=file,
            line=line,
            found=f"more than {MAX_CODES}",
            expected=f"up to {MAX_CODES}",
        )
    code = codes.get(name.casefold(), Code(theme_id=code_id(name), name=name))
    codes[name.casefold()] = _add(file, line, code, row)


def _add(file: str, line: int, code: Code, row: Mapping[str, str]) -> Code:
    description = " ".join(row.get("description", "").split())
    _check_length(file, line, "description", description, MAX_TEXT)
    if description and code.description and description != code.description:
        raise InputError(
            f'code "{code.name}" is described twice',
            file=file,
            line=line,
            found=description[:60],
            expected=f"no other description than {code.description[:60]!r}",
        )
    examples = [" ".join(one.split()) for one in row.get("example", "").split(SEPARATOR)]
    for example in examples:
        _check_length(file, line, "example", example, MAX_TEXT)
    return replace(
        code,
        description=description or code.description,
        examples=tuple(dict.fromkeys([*code.examples, *filter(None, examples)])),
    )


def _rows(file: str, text: str) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Yield the line number, header and cells of each row that is not empty."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header = _read_header(file, next(reader, []))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, header, cells


def _by_column(file: str, line: int, header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) > len(header):
        raise InputError(
            "a row has more cells than the header; quote cells that hold commas",
            file=file,
            line=line,
            found=f"{len(cells)} cells",
            expected=f"{len(header)}",
        )
    return dict(zip(header, cells, strict=False))


def _nothing(file: str) -> InputError:
    return InputError(
        "no codes", file=file, line=1, found="a header alone", expected="one code per row"
    )


def _read_header(file: str, cells: Sequence[str]) -> list[str]:
    plain = [cell.strip().casefold() for cell in cells]
    header = [ALIASES.get(name, name) for name in plain]
    wrong = [name for name in header if name not in COLUMNS]
    if "code" not in header or wrong or len(set(header)) < len(header):
        raise InputError(
            "the header names other columns",
            file=file,
            line=1,
            found=", ".join(cells)[:80] or "an empty file",
            expected="code, description, example (the last two may be missing)",
        )
    return header


def _check_length(file: str, line: int, column: str, value: str, most: int) -> None:
    if len(value) > most:
        raise InputError(
            f"{column} is too long",
            file=file,
            line=line,
            found=f"{len(value)} characters",
            expected=f"up to {most}",
        )
