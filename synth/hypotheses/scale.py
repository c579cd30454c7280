"""How far a theme reaches among the people a metric hit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from synth.core.proportions import Proportion, wilson


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Shares of people, never of mentions."""

    hit: Proportion  #: people the anomaly hit, of those measured
    among_hit: Proportion  #: of the people hit, those who speak about the theme
    among_others: Proportion  #: of the people measured and not hit, those who speak about it

    @property
    def figures(self) -> tuple[Proportion, ...]:
        """Return every count a text may state."""
        return (self.among_hit, self.among_others, self.hit)


def scale_check(
    speakers: Collection[str], affected: Collection[str], unaffected: Collection[str]
) -> Scale:
    """Return the shares; `speakers` are the people of the theme. Each person counts once."""
    said, hit, others = set(speakers), set(affected), set(unaffected) - set(affected)
    return Scale(
        hit=wilson(len(hit), len(hit | others)),
        among_hit=wilson(len(said & hit), len(hit)),
        among_others=wilson(len(said & others), len(others)),
    )
