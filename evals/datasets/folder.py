"""Find a public set in the folder given, or say why it is not there."""

from __future__ import annotations

from pathlib import Path

from evals.types import EvalResult, Verdict


class SetAbsent(Exception):
    """A set is not there; its text is the reason a skipped result carries."""


def set_folder(data: Path | None, name: str) -> Path:
    """Return the folder of set `name` under `data`.

    Raises:
        SetAbsent: no folder was given, or it does not hold this set.
    """
    if data is None:
        raise SetAbsent(f"{name}: set SYNTH_EVAL_DATA or --data to a folder that holds it")
    folder = data / name
    if not folder.is_dir():
        raise SetAbsent(f"{name}: not in the data folder; evals/datasets/DATASETS.md says where")
    return folder


def skipped(eval_id: str, name: str, reason: str) -> EvalResult:
    """Return the result of a set that could not be run; it is listed, never passed."""
    return EvalResult(id=eval_id, set=name, metrics={}, n=0, verdict=Verdict.SKIPPED, reason=reason)
