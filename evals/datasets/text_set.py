"""Texts with labels: the shape of every clustering set, and any CSV of that shape."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from synth.errors import InputError


@dataclass(frozen=True, kw_only=True)
class LabelledTexts:
    """Aligned columns of a labelled set."""

    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    clusters: tuple[str, ...]  #: document or person of each text; the text itself where none is
    codes: tuple[tuple[str, ...], ...] = ()  #: all labels of each text, where it may have several


def labelled(name: str, rows: Iterable[tuple[str, str]]) -> LabelledTexts:
    """Return (text, label) rows as a set in which every text stands for itself."""
    kept = [(text, label) for text, label in rows if text.strip() and label.strip()]
    return LabelledTexts(
        name=name,
        texts=tuple(text for text, _ in kept),
        labels=tuple(label for _, label in kept),
        clusters=tuple(str(number) for number in range(len(kept))),
    )


def first_of_each(given: LabelledTexts, count: int) -> LabelledTexts:
    """Return the first `count` texts of each label, in order: a small set with every label."""
    taken: dict[str, int] = defaultdict(int)
    kept = []
    for position, label in enumerate(given.labels):
        taken[label] += 1
        if taken[label] <= count:
            kept.append(position)
    return LabelledTexts(
        name=f"{given.name}_{count}_each",
        texts=tuple(given.texts[position] for position in kept),
        labels=tuple(given.labels[position] for position in kept),
        clusters=tuple(given.clusters[position] for position in kept),
    )


def read_csv(path: Path, *, text: str, label: str, name: str | None = None) -> LabelledTexts:
    """Return the labelled texts of a CSV, which may be gzipped.

    Raises:
        InputError: the file is missing, has no such column, or holds no labelled text.
    """
    if not path.is_file():
        raise InputError("no such file", file=str(path))
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        missing = {text, label} - set(table.fieldnames or [])
        if missing:
            raise InputError(
                "column is missing",
                file=str(path),
                line=1,
                found=", ".join(table.fieldnames or []) or "an empty file",
                expected=", ".join(sorted(missing)),
            )
        found = labelled(name or path.stem, ((row[text] or "", row[label] or "") for row in table))
    if not found.texts:
        raise InputError("no row has both a text and a label", file=str(path))
    return found
