"""Takes a person's words out of texts: blanks of equal length, and runs of words left out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from typing import Any

#: What stands where somebody's words stood in a document, character for character.
BLANK = "· "
#: What stands where somebody's words stood in a sentence of another.
GONE = "[withdrawn]"
#: Words in a row that count as somebody's own.
RUN = 4
WORD = re.compile(r"\w+")

Run = tuple[str, ...]


def blank_out(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text`, as long as it was, with blanks in these ranges (start, end)."""
    parts, done = list[str](), 0
    for start, end in sorted(spans):
        parts += [text[done:start], (BLANK * (end - start))[: end - start]]
        done = end
    return "".join((*parts, text[done:]))


def is_blank(text: str) -> bool:
    """Return whether no word is left in `text`."""
    return not text.strip(BLANK).strip()


def runs_of(text: str) -> set[Run]:
    """Return every run of `RUN` words of a text, in lower case."""
    words = [word.casefold() for word in WORD.findall(text)]
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def quoted_runs(value: Any, said: Set[Run]) -> set[Run]:
    """Return which runs of `said` any text in a JSON value has."""
    return {run for text in _texts(value) for run in runs_of(text) if run in said}


def leave_out(value: Any, said: Set[Run]) -> Any:
    """Return a JSON value with the runs of `said` left out of its texts; keys stay."""
    if isinstance(value, str):
        return _leave_out(value, said)
    if isinstance(value, dict):
        return {key: leave_out(each, said) for key, each in value.items()}
    return [leave_out(each, said) for each in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _leave_out(text: str, said: Set[Run]) -> str:
    places = [(found.start(), found.end(), found[0].casefold()) for found in WORD.finditer(text)]
    hit = {
        at + offset
        for at in range(len(places) - RUN + 1)
        if tuple(word for _, _, word in places[at : at + RUN]) in said
        for offset in range(RUN)
    }
    parts, done = list[str](), 0
    for at in sorted(hit):
        start, end, _ = places[at]
        if at - 1 not in hit:
            parts += [text[done:start], GONE]
        done = end
    return "".join((*parts, text[done:]))
