"""Hourly metrics of cloud services, each point marked abnormal or not."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.datasets.folder import SetAbsent, set_folder
from evals.datasets.nab import LabelledSeries
from evals.scorers.nab import Window

NAME = "cloud_metrics"


def load(data: Path | None) -> list[LabelledSeries]:
    """Return the series in order of name, with the spells marked abnormal; raises SetAbsent."""
    folder = set_folder(data, NAME)
    paths = sorted(folder.rglob("*.csv"))
    if not paths:
        raise SetAbsent(f"{NAME}: no .csv in the folder")
    return [_read(path) for path in paths]


def _read(path: Path) -> LabelledSeries:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    marks = np.array([float(row[2] or 0) > 0 for row in rows])
    return LabelledSeries(
        name=path.stem,
        times=tuple(datetime.fromisoformat(row[0]).replace(tzinfo=UTC) for row in rows),
        values=np.array([float(row[1] or "nan") for row in rows]),
        windows=tuple(_spells(marks)),
    )


def _spells(marks: NDArray[np.bool_]) -> list[Window]:
    """Return the first and last point of each run of marked points."""
    edges = np.diff(np.concatenate([[0], marks.astype(int), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(start), int(end) - 1) for start, end in zip(starts, ends, strict=True)]
