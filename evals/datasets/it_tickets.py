"""IT service tickets in 8 topic groups; names and punctuation were removed at the source."""

from __future__ import annotations

from pathlib import Path

from evals.datasets.folder import set_folder
from evals.datasets.text_set import LabelledTexts, read_csv

NAME = "it_tickets"


def load(data: Path | None) -> LabelledTexts:
    """Return all tickets with their topic group; raises SetAbsent."""
    path = set_folder(data, NAME) / "it_tickets_sample.csv.gz"
    return read_csv(path, text="Document", label="Topic_group", name=NAME)
