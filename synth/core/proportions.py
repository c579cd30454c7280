"""Shares of people with their uncertainty, and the words they may be written in."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Below this denominator no bare percentage is ever written.
SMALL_N = 30

#: Two-sided 95 % quantile of the normal distribution.
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Proportion:
    """`k` of `n` people with the Wilson 95 % interval; n = 0 has the interval 0 to 1."""

    k: int
    n: int
    low: float
    high: float

    def __str__(self) -> str:
        """Return for example "6 of 8 (41-93 %)"."""
        if self.n == 0:
            return "nobody asked"
        return f"{self.k} of {self.n} ({self.low * 100:.0f}-{self.high * 100:.0f} %)"


def wilson(k: int, n: int) -> Proportion:
    """Return `k` of `n` with its 95 % score interval (Wilson 1927, without continuity correction).

    Raises:
        ValueError: not 0 <= k <= n.
    """
    if not 0 <= k <= n:
        raise ValueError(f"need 0 <= k <= n, found k={k}, n={n}")
    if n == 0:
        return Proportion(0, 0, 0.0, 1.0)
    share, z2 = k / n, Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return Proportion(k, n, low, high)
