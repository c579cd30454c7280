"""Cuts work into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Return `items` in order, in slices of at most `size`."""
    if size < 1:
        raise ValueError(f"size must be at least 1, found {size}")
    for start in range(0, len(items), size):
        yield items[start : start + size]
