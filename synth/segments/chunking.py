"""A document's turns to chunks with exact offsets; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synth.core.ids import derive_id
from synth.core.spans import Span
from synth.people.types import Role
from synth.segments.splitting import split_text
from synth.segments.types import Chunk
from synth.sources.types import DocumentWithTurns

#: Part of every chunk id: raise it when the same text would be cut differently.
CHUNKER_VERSION = "1"

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, kw_only=True)
class ChunkLimits:
    """How long a chunk may be, and how far it reaches back."""

    size: int  #: characters of new text
    overlap: int  #: characters repeated from the chunk before, at most
    tokens: int  #: tokens of the embedder, special ones included


@dataclass(frozen=True)
class Piece:
    """A range of a turn; its first `overlap` characters belong to the piece before too."""

    span: Span
    overlap: int


def chunk_document(
    both: DocumentWithTurns, limits: ChunkLimits, count_tokens: CountTokens
) -> list[Chunk]:
    """Return the chunks of a document, in order; together they cover every turn exactly."""
    document, chunks = both.document, list[Chunk]()
    for turn in both.turns:
        text = turn.span.of(document.text)
        for piece in cut_turn(text, limits, count_tokens):
            span = piece.span.shifted(turn.span.start)
            piece_text = span.of(document.text)
            chunks.append(
                Chunk(
                    id=derive_id(document.id, len(chunks), CHUNKER_VERSION, span.start, span.end),
                    document_id=document.id,
                    ordinal=len(chunks),
                    turn=turn.ordinal,
                    span=span,
                    overlap=piece.overlap,
                    text=piece_text,
                    participant_id=turn.participant_id,
                    is_evidence=turn.role is Role.PARTICIPANT and not piece_text.isspace(),
                )
            )
    return chunks


def cut_turn(text: str, limits: ChunkLimits, count_tokens: CountTokens) -> list[Piece]:
    """Return pieces that tile `text` without their overlaps, none above the token limit."""
    spans = running_spans(split_text(text, limits.size))
    within = fit_tokens(text, spans, limits.tokens, count_tokens)
    return add_overlap(text, within, limits, count_tokens)


def running_spans(pieces: Sequence[str]) -> list[Span]:
    """Return where each piece lies, as running sums: never a search, which repetition fools."""
    spans, start = [], 0
    for piece in pieces:
        spans.append(Span(start, start + len(piece)))
        start += len(piece)
    return spans


def fit_tokens(
    text: str, spans: Sequence[Span], limit: int, count_tokens: CountTokens
) -> list[Span]:
    """Return `spans` with those above `limit` tokens halved until they fit."""
    fitting: list[Span] = []
    waiting = list(spans)
    while waiting:
        counts = count_tokens([span.of(text) for span in waiting])
        halved: list[Span] = []
        for span, tokens in zip(waiting, counts, strict=True):
            if tokens > limit and len(span) > 1:
                halved += _halves(text, span)
            else:
                fitting.append(span)
        waiting = halved
    return sorted(fitting)


def _halves(text: str, span: Span) -> list[Span]:
    """Return two parts, cut after the space nearest before the middle where there is one."""
    middle = (span.start + span.end) // 2
    space = max(text.rfind(" ", span.start + 1, middle), text.rfind("\n", span.start + 1, middle))
    cut = space + 1 if space >= span.start + len(span) // 4 and space > span.start else middle
    return [Span(span.start, cut), Span(cut, span.end)]


def add_overlap(
    text: str, spans: Sequence[Span], limits: ChunkLimits, count_tokens: CountTokens
) -> list[Piece]:
    """Return pieces whose start is moved back within the turn; starts still rise strictly."""
    starts = [span.start for span in spans]
    for position in range(1, len(spans)):
        earliest = max(spans[position].start - limits.overlap, spans[position - 1].start + 1)
        starts[position] = _word_start(text, earliest, spans[position].start)
    moved = [Span(start, span.end) for start, span in zip(starts, spans, strict=True)]
    counts = count_tokens([span.of(text) for span in moved]) if moved else []
    return [
        _piece(span, reached if tokens <= limits.tokens else span)
        for span, reached, tokens in zip(spans, moved, counts, strict=True)
    ]


def _word_start(text: str, earliest: int, start: int) -> int:
    """Return the first position from `earliest` at which a word begins, or `start`."""
    if earliest >= start:
        return start
    for position in range(earliest, start):
        if not text[position].isspace() and (position == 0 or text[position - 1].isspace()):
            return position
    return earliest if not any(character.isspace() for character in text[earliest:start]) else start


def _piece(span: Span, reached: Span) -> Piece:
    return Piece(span=reached, overlap=span.start - reached.start)
