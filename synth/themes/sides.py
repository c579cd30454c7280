"""Who in a theme speaks against the rest of it: people by how their words read, and by segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synth.core.proportions import Proportion, wilson
from synth.themes.stance import Stance

#: So many people on each side make opposing positions; one alone is still shown.
OPPOSED = 2

#: A difference that chance brings about less often than this is one.
ALPHA = 0.05


@dataclass(frozen=True, kw_only=True)
class Sides:
    """People of a theme by how their words read; somebody may be on both sides."""

    people: int  #: identified people in the theme
    trouble: int  #: of them, those with a passage that tells of trouble or a wish
    fine: int  #: of them, those with a passage that says all is fine

    @property
    def lean(self) -> Stance:
        """Return how more people's words read; UNCLEAR where the sides are even."""
        if self.trouble == self.fine:
            return Stance.UNCLEAR
        return Stance.TROUBLE if self.trouble > self.fine else Stance.FINE

    @property
    def dissent(self) -> Stance:
        """Return the side of fewer people; FINE where the sides are even."""
        return Stance.TROUBLE if self.lean is Stance.FINE else Stance.FINE

    @property
    def is_opposed(self) -> bool:
        """Return whether several people are on each side."""
        return min(self.trouble, self.fine) >= OPPOSED

    def share(self, side: Stance) -> Proportion:
        """Return the people on a side, of the theme's people."""
        return wilson(self.trouble if side is Stance.TROUBLE else self.fine, self.people)


@dataclass(frozen=True, kw_only=True)
class SegmentShare:
    """How many of a segment's people speak about a theme, against everybody else heard."""

    name: str
    value: str
    share: Proportion
    others: Proportion  #: people heard who are known to be in another segment of that name
    stands_out: bool  #: more often, or less often, than the others by more than chance


def share_by_segment(
    heard: Sequence[tuple[Mapping[str, str], int]], spoke: Sequence[tuple[Mapping[str, str], int]]
) -> list[SegmentShare]:
    """Return a row per segment, from combinations of segments and the people who have them.

    `heard` are all, `spoke` those of the theme. Whether a segment stands out is Fisher's exact
    test, two-sided, at 0.05 divided by the number of segments compared (Bonferroni).
    """
    kinds = sorted({item for segments, _ in heard for item in segments.items()})
    rows = []
    for name, value in kinds:
        inside = wilson(_count(spoke, name, value), _count(heard, name, value))
        k, n = _count(spoke, name), _count(heard, name)
        others = wilson(k - inside.k, n - inside.n)
        rows.append(
            SegmentShare(
                name=name,
                value=value,
                share=inside,
                others=others,
                stands_out=differ(inside, others, tests=len(kinds)),
            )
        )
    return rows


def _count(
    people: Sequence[tuple[Mapping[str, str], int]], name: str, value: str | None = None
) -> int:
    """Return how many people have a segment of that name, or that very segment."""
    return sum(n for own, n in people if name in own and (value is None or own[name] == value))


def differ(first: Proportion, second: Proportion, *, tests: int = 1) -> bool:
    """Return whether two shares of different people differ by more than chance."""
    return exact_p(first, second) < ALPHA / tests


def exact_p(first: Proportion, second: Proportion) -> float:
    """Return Fisher's exact two-sided p of two shares; an empty side gives 1."""
    from scipy.stats import fisher_exact

    if 0 in (first.n, second.n):
        return 1.0
    table = [[first.k, first.n - first.k], [second.k, second.n - second.k]]
    return float(fisher_exact(table).pvalue)
