"""E10: is a verdict on support right? Cannot see why a verdict was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

NAME = "balanced_accuracy"


def balanced_accuracy(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """Return the mean of the shares right among the supported and among the others.

    0.5 is what a coin, and any constant answer, scores.

    Raises:
        ValueError: lengths differ, or one of the two kinds is missing.
    """
    if len(truth) != len(said):
        raise ValueError(f"{len(truth)} labels but {len(said)} verdicts")
    right = np.asarray(truth, dtype=bool) == np.asarray(said, dtype=bool)
    kinds = np.asarray(truth, dtype=bool)
    if kinds.all() or not kinds.any():
        raise ValueError("balanced accuracy needs supported and unsupported claims")
    return float((right[kinds].mean() + right[~kinds].mean()) / 2)


def resampled(truth: Sequence[bool], said: Sequence[bool], rows: NDArray[np.int64]) -> float:
    """Return balanced accuracy over drawn rows, NaN where a kind is missing."""
    drawn = [truth[row] for row in rows]
    if all(drawn) or not any(drawn):
        return float("nan")
    return balanced_accuracy(drawn, [said[row] for row in rows])


def missed_by_kind(
    edits: Sequence[Sequence[str]], truth: Sequence[bool], said: Sequence[bool]
) -> Mapping[str, tuple[int, int]]:
    """Return for each kind of edit alone how many of how many wrong claims passed."""
    found: dict[str, tuple[int, int]] = {}
    for kinds, supported, verdict in zip(edits, truth, said, strict=True):
        if supported or len(kinds) != 1:
            continue
        missed, total = found.get(kinds[0], (0, 0))
        found[kinds[0]] = (missed + verdict, total + 1)
    return found
