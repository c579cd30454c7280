"""How well a score tells what is new from what is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evals.scorers.clustering import Floats

Bools = NDArray[np.bool_]


def auroc(is_new: Bools, farness: Floats) -> float:
    """Return the chance that a new text lies farther than a known one; ties count half.

    NaN where there are only new or only known ones (Mann and Whitney 1947).
    """
    from scipy.stats import rankdata

    positives, negatives = int(is_new.sum()), int((~is_new).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(farness)
    return float((ranks[is_new].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def f1(is_new: Bools, thrown_out: Floats) -> float:
    """Return the F1 of the texts called new (1) against those that are."""
    called = thrown_out > 0.5
    both = int((is_new & called).sum())
    total = int(is_new.sum()) + int(called.sum())
    return 2 * both / total if total else 0.0
