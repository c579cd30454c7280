"""What JSON exports share: the document with its place, and parts of the kind expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from synth.errors import InputError


def load_json(file: str, text: str) -> Any:
    """Return the document.

    Raises:
        InputError: it is no JSON; names the line.
    """
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise InputError(
            f"not JSON: {error.msg}",
            file=file,
            line=error.lineno,
            found=error.doc[error.pos : error.pos + 30] or "the end of the file",
            expected="one JSON document",
        ) from None
    except RecursionError:
        raise InputError("not JSON: nested too deep", file=file) from None


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of a document; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[Any]:
    """Return an array of a document; anything else is an empty one."""
    return value if isinstance(value, list) else ()


def word(value: object) -> str:
    """Return a text of a document in one line, "" for none."""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
