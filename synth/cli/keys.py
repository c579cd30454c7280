"""Which key a command acts with, and the file that keeps the researcher's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from synth.access.types import MemberRole
from synth.settings import Settings

RESEARCHER_KEY = "researcher.key"


def find_key(settings: Settings, key_file: Path | None) -> str:
    """Return the key of `--key-file`, else of SYNTH_KEY, else the data folder's researcher key."""
    if key_file is not None:
        return key_file.read_text().strip()
    if settings.key.get_secret_value():
        return settings.key.get_secret_value()
    private = settings.data_dir / RESEARCHER_KEY
    return private.read_text().strip() if private.exists() else ""


def keep_researcher_key(settings: Settings, key: str) -> None:
    """Write the researcher's key to a file that only its owner can read."""
    path = settings.data_dir / RESEARCHER_KEY
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key + "\n")


def describe_keys(keys: Mapping[MemberRole, str]) -> str:
    """Return the lines that show each new key once."""
    lines = [f"  {role:<11} {key}" for role, key in keys.items()]
    return "\n".join(["Keys, shown this once (only their hashes are stored):", *lines])
