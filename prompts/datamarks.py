"""Marks for untrusted words in a prompt: drawn anew for each call, on every line of them.

Two lines enclose what people said, and each line between them begins with a mark that nobody who
writes a source can know. Words that claim to end the data still stand on a marked line.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prompts.loader import Prompt

#: The form of a mark. A model may copy it into a quote; it is no part of what anybody said.
MARK = re.compile(r"~[0-9a-f]{10}~ ?")


@dataclass(frozen=True, kw_only=True)
class Datamarks:
    """What is drawn for one call."""

    fence: str  #: a line before the data, and after it
    mark: str  #: how each line of data begins


def draw_marks() -> Datamarks:
    """Return a fence and a mark that were never used before."""
    return Datamarks(fence=f"-----{secrets.token_hex(8)}-----", mark=f"~{secrets.token_hex(5)}~")


def mark_lines(words: str, mark: str) -> str:
    """Return `words` with `mark` at the beginning of every line, whatever ends a line in it."""
    return "\n".join(f"{mark} {line}" for line in words.splitlines())


def unmark(words: str) -> str:
    """Return words without marks; what a model copied with them is then proved word for word."""
    return MARK.sub("", words)


def render_marked(
    prompt: Prompt, values: Mapping[str, str], *, untrusted: Iterable[str]
) -> tuple[str, str]:
    """Return (system, user) of a prompt filled in; the values named `untrusted` are marked.

    A released prompt that knows no mark is filled in as it was released: between fences alone.
    """
    marks = draw_marks()
    filled = {**values, "fence": marks.fence}
    if "mark" in prompt.placeholders:
        filled["mark"] = marks.mark
        for name in untrusted:
            filled[name] = mark_lines(values[name], marks.mark)
    return prompt.render(**filled)
