"""E20: a coefficient against its known value. Cannot see whether agreement means being right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from evals.types import Score
from synth.review.agreement import Level, Unit

NAME = "agreement_maths"
#: How far a coefficient may be from what it is known to be.
TOLERANCE = 1e-6


def score(item: str, found: float | None, known: float | None) -> Score:
    """Return 1 if `found` is `known` to 1e-6, or both are undefined; else 0 with both."""
    same = found is known
    if found is not None and known is not None:
        same = abs(found - known) <= TOLERANCE
    evidence = "" if same else f"found {found}, known {known}"
    return Score(name=NAME, item=item, value=float(same), evidence=evidence)


def alpha_by_definition(units: Sequence[Unit], level: Level) -> float | None:
    """Return Krippendorff's alpha as 1 - observed / expected disagreement, pair by pair.

    Written from the definition, without a coincidence matrix, to hold the product's against.
    """
    paired = [list(one.values()) for one in units if len(one) >= 2]
    values = [value for said in paired for value in said]
    n = len(values)
    if n < 2:
        return None
    counts = {value: values.count(value) for value in set(values)}

    def distance(a: float, b: float) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(count for value, count in counts.items() if low <= value <= high)
        return (between - (counts[a] + counts[b]) / 2) ** 2

    observed = (
        sum(
            sum(distance(a, b) for a, b in permutations(said, 2)) / (len(said) - 1)
            for said in paired
        )
        / n
    )
    expected = sum(
        counts[a] * (counts[b] - (a == b)) * distance(a, b) for a in counts for b in counts
    ) / (n * (n - 1))
    return None if not expected else 1 - observed / expected
