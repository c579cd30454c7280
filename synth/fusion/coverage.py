"""How much of a whole a few parts hold: three themes of a hundred tickets, and what they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How much of a whole a few parts hold, and what they leave."""

    parts: Sequence[int]
    held: int
    total: int

    @property
    def rest(self) -> int:
        """Return what is in none of the parts."""
        return self.total - self.held

    def __str__(self) -> str:
        """Return for example "35 + 22 + 18 = 75 of 100; 25 in none of them"."""
        return (
            f"{' + '.join(map(str, self.parts))} = {self.held} of {self.total}; "
            f"{self.rest} in none of them"
        )


def cover(parts: Sequence[int], total: int) -> Coverage:
    """Return what disjoint parts hold of `total`.

    Raises:
        ValueError: the parts are more than the whole, so they cannot be disjoint.
    """
    held = sum(parts)
    if held > total or min(parts, default=0) < 0:
        raise ValueError(f"parts {list(parts)} are not disjoint parts of {total}")
    return Coverage(parts=tuple(parts), held=held, total=total)
