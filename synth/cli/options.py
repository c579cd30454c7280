"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def acting(key_file: Path | None) -> Iterator[Session]:
    """Open the API as the owner of the key."""
    from synth.cli.session import open_session
    from synth.settings import Settings

    with open_session(Settings(), key_file=key_file) as session:
        yield session
