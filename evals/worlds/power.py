"""How likely a planted effect can be seen at all, computed from the truth by simulation."""

from __future__ import annotations

import numpy as np

#: Draws per world: the error of a power of 0.8 is then about 0.02.
DRAWS = 400

#: One-sided level, shared among the pairs of the world (Bonferroni).
LEVEL = 0.05

#: Worlds below are reported apart: nobody can be expected to find the cause there.
ENOUGH = 0.8


def planted_power(
    share: float,
    lift: float,
    affected: int,
    unaffected: int,
    *,
    pairs: int,
    rng: np.random.Generator,
) -> float:
    """Return the share of draws in which the exact test sees the effect.

    `share` of the people not hit and `share` times `lift` of those hit are in the theme.
    """
    from scipy.stats import hypergeom

    if affected == 0 or unaffected == 0:
        return 0.0
    hit = rng.binomial(affected, min(share * lift, 1.0), DRAWS)
    spared = rng.binomial(unaffected, share, DRAWS)
    p = hypergeom.sf(hit - 1, affected + unaffected, hit + spared, affected)
    return float(np.mean(p <= LEVEL / pairs))
