"""E02: chunks quote their document exactly and cover it. Cannot see whether cuts are wise."""

from __future__ import annotations

from collections.abc import Sequence

from evals.types import Score
from synth.segments.types import Chunk
from synth.sources.types import DocumentWithTurns

NAME = "offsets"
#: Share of a document's characters that chunks must cover.
COVERAGE = 0.999


def score(item: str, both: DocumentWithTurns, chunks: Sequence[Chunk]) -> Score:
    """Return 1 if every chunk is right and together they cover the turns, else 0."""
    wrong = problems(both, chunks)
    return Score(
        name=NAME, item=item, value=0.0 if wrong else 1.0, cluster=item, evidence="; ".join(wrong)
    )


def problems(both: DocumentWithTurns, chunks: Sequence[Chunk]) -> list[str]:
    """Return what is wrong with the chunks of a document."""
    text, turns = both.document.text, {turn.ordinal: turn for turn in both.turns}
    wrong = []
    if any(chunk.text != text[chunk.span.start : chunk.span.end] for chunk in chunks):
        wrong.append("a chunk is not its stretch of the document")
    if any(chunk.document_id != both.document.id for chunk in chunks):
        wrong.append("a chunk of another document")
    strays = [
        chunk
        for chunk in chunks
        if chunk.turn not in turns
        or not turns[chunk.turn].span.contains(chunk.span)
        or chunk.participant_id != turns[chunk.turn].participant_id
    ]
    if strays:
        wrong.append("a chunk outside its turn, or of another speaker")
    if coverage(both, chunks) < COVERAGE:
        wrong.append("turns not covered")
    starts = [chunk.span.start for chunk in chunks]
    if starts != sorted(set(starts)):
        wrong.append("starts do not rise")
    return wrong


def coverage(both: DocumentWithTurns, chunks: Sequence[Chunk]) -> float:
    """Return the share of the turns' characters that some chunk holds."""
    held = bytearray(len(both.document.text))
    for chunk in chunks:
        held[chunk.span.start : chunk.span.end] = b"\1" * len(chunk.span)
    total = sum(len(turn.span) for turn in both.turns)
    found = sum(sum(held[turn.span.start : turn.span.end]) for turn in both.turns)
    return found / total if total else 1.0
