"""Reads a file sent by a form as text, and words what could not be used of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from fastapi import UploadFile

from synth.errors import InputError
from synth.sources.redaction import redact

#: Problems of a file that a page lists.
MOST_PROBLEMS = 20


def read_text(file: UploadFile | None) -> tuple[str, str]:
    """Return the name and the text of a UTF-8 file; raises InputError."""
    if file is None or not file.filename:
        raise InputError("choose a file first")
    try:
        return file.filename, file.file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8: save it as UTF-8") from None


def problem_lines(problems: Iterable[str]) -> tuple[str, ...]:
    """Return the first problems of a file, redacted: they may quote its rows."""
    return tuple(one.text for one in redact(list(islice(problems, MOST_PROBLEMS))).texts)
