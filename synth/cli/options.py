"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from synth.cli.session import Session

KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help="File that holds the API key to act with.", exists=True),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def end_of_day(text: str) -> str:
    """Return the last minute of a day, UTC, as the API reads it; a wrong day is wrong usage."""
    from synth.cli.output import CommandFailed

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"{text} is no day; write it as 2026-03-31", usage=True) from None
    return f"{day.isoformat()}T23:59:00+00:00"


@contextmanager
def acting(key_file: Path | None) -> Iterator[Session]:
    """Open the API as the owner of the key."""
    from synth.cli.session import open_session
    from synth.settings import Settings

    with open_session(Settings(), key_file=key_file) as session:
        yield session
