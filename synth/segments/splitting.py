"""One turn into pieces at paragraph, sentence and word ends."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

#: Tried in this order; the mark stays at the end of its piece, the empty one cuts anywhere.
SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ", ""]


def split_text(text: str, size: int) -> list[str]:
    """Return pieces of at most `size` characters whose concatenation is exactly `text`."""
    if len(text) <= size:
        return [text] if text else []
    return _splitter(size).split_text(text)


@lru_cache(maxsize=8)
def _splitter(size: int) -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=SEPARATORS,
        keep_separator="end",
        is_separator_regex=False,
        chunk_size=size,
        chunk_overlap=0,
        length_function=len,
        strip_whitespace=False,
    )
