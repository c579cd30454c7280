"""Character ranges: code points, end exclusive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """A character range in some text; `start <= end`, both zero-based."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that cannot exist."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span needs 0 <= start <= end, found {self.start}, {self.end}")

    def __len__(self) -> int:
        """Return the number of characters."""
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of `text` in this range."""
        return text[self.start : self.end]

    def shifted(self, by: int) -> Span:
        """Return the same range `by` characters further on."""
        return Span(self.start + by, self.end + by)

    def contains(self, other: Span) -> bool:
        """Return whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether at least one character is shared."""
        return self.start < other.end and other.start < self.end
