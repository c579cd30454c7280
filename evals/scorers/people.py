"""Whether planted themes are shown, judged by the people who speak about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

#: A shown theme is the planted one from this F1 of their people on.
FOUND_F1 = 0.8


def people_f1(planted: Collection[str], shown: Collection[str]) -> float:
    """Return the F1 of the people of a shown theme against those of a planted one."""
    both = len(set(planted) & set(shown))
    total = len(set(planted)) + len(set(shown))
    return 2 * both / total if total else 0.0


def found(
    planted: Mapping[str, Collection[str]], shown: Sequence[Collection[str]]
) -> dict[str, bool]:
    """Return for each planted theme whether some shown theme is it.

    A shown theme stands for one planted theme only: one giant theme of everybody finds one of
    them, not all that nearly everybody speaks about.
    """
    from scipy.optimize import linear_sum_assignment

    names = sorted(planted)
    if not shown:
        return dict.fromkeys(names, False)
    fits = np.asarray(
        [[people_f1(planted[name], group) >= FOUND_F1 for group in shown] for name in names]
    )
    rows, columns = linear_sum_assignment(fits.astype(float), maximize=True)
    matched = {names[row] for row, column in zip(rows, columns, strict=True) if fits[row, column]}
    return {name: name in matched for name in names}
