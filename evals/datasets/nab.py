"""NAB: series of machines, traffic and adverts, with windows in which something happened."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.datasets.folder import SetAbsent, set_folder
from evals.scorers.nab import Window
from synth.core.fingerprints import sha256_text

NAME = "nab"


@dataclass(frozen=True, kw_only=True)
class LabelledSeries:
    """One series with the windows, or spells, in which it was abnormal."""

    name: str
    times: tuple[datetime, ...]
    values: NDArray[np.float64]
    windows: tuple[Window, ...]  #: first and last point, both inside

    @property
    def is_for_tuning(self) -> bool:
        """Return whether constants may be chosen on it: half of all series, by name."""
        return int(sha256_text(self.name)[:8], 16) % 2 == 0


def load(data: Path | None) -> list[LabelledSeries]:
    """Return the series in order of name; raises SetAbsent."""
    folder = set_folder(data, NAME)
    labels = folder / "labels" / "combined_windows.json"
    if not labels.is_file():
        raise SetAbsent(f"{NAME}: no labels/combined_windows.json in the folder")
    windows = json.loads(labels.read_text(encoding="utf-8"))
    found = [
        _read(folder / "data" / name, name, windows[name])
        for name in sorted(windows)
        if (folder / "data" / name).is_file()
    ]
    if not found:
        raise SetAbsent(f"{NAME}: none of the labelled series is in the folder")
    return found


def _read(path: Path, name: str, spells: Sequence[Sequence[str]]) -> LabelledSeries:
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(_moment(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)]
    times = tuple(moment for moment, _ in rows)
    at: Mapping[datetime, int] = {
        moment: point for point, moment in reversed(list(enumerate(times)))
    }
    return LabelledSeries(
        name=name,
        times=times,
        values=np.array([value for _, value in rows]),
        windows=tuple((at[_moment(first)], at[_moment(last)]) for first, last in spells),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
