"""BANKING77: short messages to a bank, 77 intents."""

from __future__ import annotations

from pathlib import Path

from evals.datasets.folder import set_folder
from evals.datasets.text_set import LabelledTexts, read_csv

NAME = "banking77"


def load(data: Path | None, *, split: str = "test") -> LabelledTexts:
    """Return a split with its intents; raises SetAbsent."""
    path = set_folder(data, NAME) / f"{split}.csv"
    return read_csv(path, text="text", label="category", name=f"{NAME}_{split}")
