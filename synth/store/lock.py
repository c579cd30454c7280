"""One process owns a data folder: only it opens the local index and runs jobs there."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth.errors import Conflict


@contextmanager
def owning(data_dir: Path) -> Iterator[None]:
    """Hold the folder's lock; raises Conflict when another process holds it.

    The lock ends with the process, however it ends.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"another Synth process is using {data_dir}; "
                "stop it, or choose another folder with SYNTH_DATA_DIR"
            ) from None
        yield
