"""Chunks on arbitrary and on highly repetitive Unicode: offsets are exact, nothing is lost."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synth.core.spans import Span
from synth.people.types import Role
from synth.segments.chunking import ChunkLimits, chunk_document, cut_turn
from synth.sources.types import Document, DocumentWithTurns, SourceKind, Turn

WORD = re.compile(r"\w+|[^\w\s]")
REPETITIVE = st.lists(
    st.sampled_from(
        ["ok ", "ok. ", "yes, ", "\n", "\n\n", "👩‍👩‍👧 ", "é", "ok", "  ", "日本", "\u2028", "a. "]
    ),
    max_size=120,
).map("".join)
TEXTS = st.one_of(st.text(max_size=300), REPETITIVE)
LIMITS = st.builds(
    ChunkLimits,
    size=st.integers(1, 80),
    overlap=st.integers(0, 40),
    tokens=st.integers(3, 40),
)


def count_tokens(texts):
    return [len(WORD.findall(text)) + 2 for text in texts]


@given(TEXTS, LIMITS)
@example("ok " * 100, ChunkLimits(size=10, overlap=9, tokens=5))
@example("x" * 500, ChunkLimits(size=50, overlap=40, tokens=20))
def test_pieces_without_overlap_tile_the_turn_and_starts_rise(text, limits):
    pieces = cut_turn(text, limits, count_tokens)
    assert (
        "".join(text[piece.span.start + piece.overlap : piece.span.end] for piece in pieces) == text
    )
    starts = [piece.span.start for piece in pieces]
    assert starts == sorted(set(starts))
    assert all(0 <= piece.overlap <= limits.overlap for piece in pieces)
    assert all(len(piece.span) - piece.overlap <= limits.size for piece in pieces)


@given(TEXTS, LIMITS)
def test_no_piece_exceeds_the_token_limit(text, limits):
    pieces = cut_turn(text, limits, count_tokens)
    counts = count_tokens([piece.span.of(text) for piece in pieces])
    assert all(count <= limits.tokens for count in counts)


@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=5), LIMITS, st.sampled_from(Role))
def test_chunks_quote_their_document_and_cover_every_turn(texts, limits, role):
    both = a_document(texts, role)
    chunks = chunk_document(both, limits, count_tokens)
    document = both.document
    assert all(chunk.text == document.text[chunk.span.start : chunk.span.end] for chunk in chunks)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    for turn in both.turns:
        own = [chunk for chunk in chunks if chunk.turn == turn.ordinal]
        assert "".join(chunk.text[chunk.overlap :] for chunk in own) == texts[turn.ordinal]
        assert all(turn.span.contains(chunk.span) for chunk in own)
    assert role is Role.PARTICIPANT or not any(chunk.is_evidence for chunk in chunks)


@pytest.mark.parametrize("overlap", [0, 80])
def test_the_same_document_gives_the_same_chunks(overlap):
    limits = ChunkLimits(size=100, overlap=overlap, tokens=256)
    both = a_document(["It hangs. " * 40, "Why? " * 60], Role.PARTICIPANT)
    first, second = (chunk_document(both, limits, count_tokens) for _ in range(2))
    assert first == second
    assert len(first) > 6


def test_overlap_begins_at_a_word():
    limits = ChunkLimits(size=100, overlap=30, tokens=256)
    text = "wonderful things happen here " * 20
    pieces = cut_turn(text, limits, count_tokens)
    assert all(piece.overlap > 0 for piece in pieces[1:])
    assert all(piece.span.of(text)[0] in "wth" for piece in pieces)


def a_document(texts, role):
    turns, start = [], 0
    for ordinal, text in enumerate(texts):
        span = Span(start, start + len(text))
        turns.append(Turn(ordinal=ordinal, participant_id="p", speaker="P1", role=role, span=span))
        start += len(text) + 2
    document = Document(
        id="d",
        source_id="s",
        external_id="e",
        version=1,
        is_current=True,
        kind=SourceKind.TRANSCRIPT,
        format="vtt",
        title="",
        text="\n\n".join(texts),
        text_sha256="",
        content_sha256="",
        url=None,
        occurred_at=None,
        metadata={},
    )
    return DocumentWithTurns(document=document, turns=turns)
