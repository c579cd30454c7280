"""Who in a theme speaks against the rest of it: people by how their words read, and by segment."""

from __future__ import annotations

from collections.abc import Mapping, Set
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
    heard: Mapping[str, Mapping[str, str]], speakers: Set[str]
) -> list[SegmentShare]:
    """Return a row per segment; `heard` are everybody's segments, `speakers` those of the theme.

    Whether a segment stands out is Fisher's exact test, two-sided, at 0.05 divided by the number
    of segments compared (Bonferroni).
    """
    names = sorted({name for segments in heard.values() for name in segments})
    rows = [row for name in names for row in _shares(name, heard, speakers)]
    tests = max(len(rows), 1)
    return [
        SegmentShare(
            name=row.name,
            value=row.value,
            share=row.share,
            others=row.others,
            stands_out=differ(row.share, row.others, tests=tests),
        )
        for row in rows
    ]


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


def _shares(
    name: str, heard: Mapping[str, Mapping[str, str]], speakers: Set[str]
) -> list[SegmentShare]:
    known = {person: segments[name] for person, segments in heard.items() if name in segments}
    total = sum(person in speakers for person in known)
    rows = []
    for value in sorted(set(known.values())):
        people = [person for person, own in known.items() if own == value]
        k = sum(person in speakers for person in people)
        rows.append(
            SegmentShare(
                name=name,
                value=value,
                share=wilson(k, len(people)),
                others=wilson(total - k, len(known) - len(people)),
                stands_out=False,
            )
        )
    return rows
