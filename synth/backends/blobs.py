"""Original bytes, kept by their SHA-256 in the data folder, outside index, log and prompt."""

from __future__ import annotations

import os
from pathlib import Path

from synth.core.fingerprints import sha256_bytes
from synth.errors import NotFound


class Blobs:
    """A folder of immutable files named by content."""

    def __init__(self, folder: Path) -> None:
        """Keep blobs under `folder`, created on first use."""
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store `data` durably before returning its hex SHA-256; a repeat changes nothing."""
        digest = sha256_bytes(data)
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes with this hash; raises NotFound, also when they no longer match it."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"original {digest[:12]} is not in {self._folder}") from error
        if sha256_bytes(data) != digest:
            raise NotFound(f"original {digest[:12]} is damaged; restore it from a backup")
        return data

    def size(self, digest: str) -> int | None:
        """Return the length in bytes, or None if it is not there."""
        path = self._path(digest)
        return path.stat().st_size if path.exists() else None

    def drop(self, digest: str) -> bool:
        """Remove the bytes with this hash for good; return whether they were there."""
        path = self._path(digest)
        found = path.exists()
        for each in path.parent.glob(f"{digest}*"):
            each.unlink(missing_ok=True)
        return found

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
