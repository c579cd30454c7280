"""One file per run: a line with the manifest, then a line per result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evals.report import as_record
from evals.types import Estimate, EvalResult, Verdict
from synth.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as read back."""

    manifest: Mapping[str, object]
    results: Sequence[EvalResult]


def write(folder: Path, manifest: Mapping[str, object], results: Sequence[EvalResult]) -> Path:
    """Keep a run in a new file of `folder` and return its path; no file is written over."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [{"manifest": manifest}, *map(as_record, results)]
    text = "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    path = folder / f"{stamp}.jsonl"
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path


def read(path: Path) -> Run:
    """Return the run kept in `path`.

    Raises:
        InputError: it is not a run file.
    """
    try:
        first, *rest = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return Run(manifest=first["manifest"], results=[_result(record) for record in rest])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("not a run file of evals", file=str(path), found=str(error)) from error


def latest(folder: Path) -> Path:
    """Return the newest run of `folder`.

    Raises:
        InputError: there is none yet.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise InputError("no run kept yet; `python -m evals run` makes one", found=str(folder))
    return files[-1]


def _result(record: Mapping[str, object]) -> EvalResult:
    metrics = record["metrics"]
    if not isinstance(metrics, dict):
        raise TypeError("metrics is no object")
    return EvalResult(
        id=str(record["id"]),
        set=str(record["set"]),
        metrics={name: Estimate(**value) for name, value in metrics.items()},
        n=int(str(record["n"])),
        verdict=Verdict(str(record["verdict"])),
        reason=str(record["reason"]),
    )
