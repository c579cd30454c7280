"""The SERDIF study's human codes: quotes of 11 think-aloud sessions, each with its first code."""

from __future__ import annotations

import csv
from pathlib import Path

from evals.datasets.folder import SetAbsent, set_folder
from evals.datasets.text_set import LabelledTexts

NAME = "serdif_codes"


def load(data: Path | None) -> LabelledTexts:
    """Return quotes, codes and sessions; raises SetAbsent."""
    path = set_folder(data, "serdif_usability") / "thematic-analysis" / "all_tags_20220303.csv"
    if not path.is_file():
        raise SetAbsent(f"{NAME}: {path.name} is not in the data folder")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["content"].strip()]
    # A quote may carry several codes: the first counts, so that each quote counts once.
    quotes = {(row["document"], row["content"]): row["tag"] for row in reversed(rows)}
    return LabelledTexts(
        name=NAME,
        texts=tuple(content for _, content in quotes),
        labels=tuple(quotes.values()),
        clusters=tuple(document for document, _ in quotes),
    )
