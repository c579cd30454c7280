"""How sure the ratio of two measured values is."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from synth.core.proportions import Z95, Proportion


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean of n people, and how far they are from it."""

    value: float
    sd: float
    n: int

    @property
    def error(self) -> float:
        """Return its standard error."""
        return self.sd / sqrt(self.n)


def ratio_of_shares(base: Proportion, other: Proportion) -> tuple[float, float]:
    """Return the 95 % interval of `other` over `base`, which is not 0, from their Wilson intervals.

    Method of variance estimates recovery (Donner and Zou 2012, "Closed-form confidence intervals
    for functions of the normal mean and standard deviation").
    """
    p, q = other.k / other.n, base.k / base.n
    below, above = base.high * (2 * q - base.high), base.low * (2 * q - base.low)
    low = p * q - sqrt(max((p * q) ** 2 - other.low * (2 * p - other.low) * below, 0.0))
    high = p * q + sqrt(max((p * q) ** 2 - other.high * (2 * p - other.high) * above, 0.0))
    return max(low / below, 0.0) if below else 0.0, high / above


def ratio_of_means(base: Mean, other: Mean) -> tuple[float, float] | None:
    """Return the 95 % interval of `other` over `base` by the delta method on logarithms.

    None where a mean is not above 0.
    """
    if base.value <= 0 or other.value <= 0:
        return None
    spread = Z95 * sqrt(sum((one.error / one.value) ** 2 for one in (base, other)))
    middle = log(other.value / base.value)
    return exp(middle - spread), exp(middle + spread)
