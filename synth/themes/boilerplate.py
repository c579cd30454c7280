"""What many documents repeat word for word: greetings, signatures, notices, the labels of a form.

It tells nothing of what a passage is about, yet it makes passages alike: with a signature under six
in ten messages, themes follow the signatures.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from typing import NamedTuple

import numpy as np

from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.themes.keywords import MARKS, WORD

#: A line or sentence is repeated when at least so many documents have it, and this share of all.
DOCUMENTS, SHARE = 5, 0.002

#: One of fewer words may be an opinion that people share: it must be a line of its own, and in many
#: more documents, or nearly always together with longer ones.
SHORT, SHARE_OF_SHORT, TOGETHER = 5, 0.05, 0.9

#: Texts read at most, about: a share of all shows in so many.
MOST_READ = 50_000

#: A repeated line belongs to a subject when what is said beside it is so much more alike than any
#: passages are, on the way from that (0) to the same words (1). Seen: complaints 0.46 to 0.71,
#: signatures and greetings 0.17 at most, most headings of bug reports below 0.2.
ONE_SUBJECT = 0.2

LINE_END = "\n"
#: Where a line or sentence ends; what ends it stays with it. No sentence begins with a small
#: letter, a digit or what was redacted ("e.g. here", "Tel. 030", "Tel. [phone 1]").
END = re.compile(r"\s*\n\s*|[.!?…]+[\"”’')\]]*\s+(?=[^a-z\d\s\[])")

#: Hexadecimal digits of a fingerprint: enough to tell lines apart, and nobody's words.
DIGITS = 16

Embed = Callable[[Sequence[str]], Vectors]


class Piece(NamedTuple):
    """A line or sentence as it stands in a text."""

    text: str
    words: int
    mark: str  #: fingerprint of its words; "" where it cannot be boilerplate


def find_boilerplate(
    texts: Sequence[str], documents: Sequence[str], embed: Embed
) -> frozenset[str]:
    """Return fingerprints of the lines that documents repeat whatever they are about.

    `documents` names the document of each text; `embed` returns a unit row per text. Of many
    texts every second, third or further one is read.
    """
    every = len(texts) // MOST_READ + 1
    texts, documents = texts[::every], documents[::every]
    repeated, short = _find_repeated(texts, documents)
    if not repeated:
        return frozenset()
    general = _beside_anything(texts, repeated.keys(), embed)
    long = {mark for mark in general if mark not in short}
    under = set[str]().union(*(repeated[mark] for mark in long))
    many = SHARE_OF_SHORT * len(set(documents))
    return frozenset(
        mark
        for mark in general
        if mark in long
        or len(repeated[mark]) >= many
        or len(repeated[mark] & under) >= TOGETHER * len(repeated[mark])
    )


def _beside_anything(texts: Sequence[str], repeated: Set[str], embed: Embed) -> list[str]:
    """Return those of the lines beside which passages are about many things."""
    rests = [without(text, repeated) for text in texts]
    beside: dict[str, list[int]] = defaultdict(list)
    for row, (text, rest) in enumerate(zip(texts, rests, strict=True)):
        if rest != text:
            for mark in {piece.mark for piece in _pieces(text)} & repeated:
                beside[mark].append(row)
    vectors = embed(rests)
    usual = _nearness(vectors)
    most = usual + ONE_SUBJECT * (1 - usual)
    return [
        mark
        for mark, rows in beside.items()
        if len(rows) >= DOCUMENTS and _nearness(vectors[np.asarray(rows)]) < most
    ]


def without(text: str, boilerplate: Collection[str]) -> str:
    """Return a text less the lines of those fingerprints; whole where no word would stay."""
    if not boilerplate:
        return text
    pieces = list(_pieces(text))
    kept = [piece for piece in pieces if piece.mark not in boilerplate]
    if len(kept) == len(pieces) or not any(piece.words for piece in kept):
        return text
    return "".join(piece.text for piece in kept).strip()


def _find_repeated(
    texts: Sequence[str], documents: Sequence[str]
) -> tuple[dict[str, set[str]], set[str]]:
    """Return the documents of each line that enough of them have, and which lines are short."""
    having: dict[str, set[str]] = defaultdict(set)
    short: set[str] = set()
    for text, document in zip(texts, documents, strict=True):
        for piece in _pieces(text):
            if piece.mark:
                having[piece.mark].add(document)
                if piece.words < SHORT:
                    short.add(piece.mark)
    many = max(DOCUMENTS, SHARE * len(set(documents)))
    return {mark: those for mark, those in having.items() if len(those) >= many}, short


def _pieces(text: str) -> Iterator[Piece]:
    """Yield the lines and sentences of a text; together they are the text.

    Case, digits, punctuation, links and redacted names make no difference to a fingerprint. What
    has no word belongs to the piece after it.
    """
    start, is_new_line = 0, True
    for end, is_line_end in _ends(text):
        part = text[start:end]
        words = WORD.findall(MARKS.sub(" ", part.casefold()))
        if words or end == len(text):
            is_line = is_new_line and is_line_end
            can_be = len(words) >= SHORT or (words and is_line)
            mark = sha256_text(" ".join(words))[:DIGITS] if can_be else ""
            yield Piece(part, len(words), mark)
            start, is_new_line = end, is_line_end


def _ends(text: str) -> Iterator[tuple[int, bool]]:
    """Yield where each line or sentence ends, and whether a line ends there."""
    for found in END.finditer(text):
        if found.end() < len(text):
            yield found.end(), LINE_END in found[0]
    yield len(text), True


def _nearness(rows: Vectors) -> float:
    """Return the mean cosine of two different rows."""
    n = len(rows)
    if n < 2:
        return 1.0
    whole = float(np.square(rows.sum(axis=0, dtype=np.float64)).sum())
    return (whole - n) / (n * (n - 1))
