"""CLINC150 (small): short requests, 150 intents, and requests outside all of them."""

from __future__ import annotations

import json
from pathlib import Path

from evals.datasets.folder import set_folder
from evals.datasets.text_set import LabelledTexts, labelled

NAME = "clinc150"


def load(data: Path | None, *, split: str = "test") -> LabelledTexts:
    """Return a split (`test`, `train`, `oos_test`, ...) with its intents; raises SetAbsent."""
    path = set_folder(data, NAME) / "data_small.json"
    splits = json.loads(path.read_text(encoding="utf-8"))
    return labelled(f"{NAME}_{split}", ((text, intent) for text, intent in splits[split]))
