"""E02 offsets: every chunk is its stretch of the document, on meetings and on hostile Unicode."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evals.datasets.folder import SetAbsent, set_folder, skipped
from evals.datasets.real_input import meeting_documents
from evals.scorers.offsets import NAME, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from synth.core.fingerprints import canonical_json
from synth.core.spans import Span
from synth.segments.chunking import ChunkLimits, chunk_document
from synth.segments.types import Chunk
from synth.sources.preparing import Known, prepare
from synth.sources.readers.registry import read_file
from synth.sources.types import DocumentWithTurns, RawDocument, RawTurn, ReadOptions, SourceKind

ID = "E02"
LIMITS = ChunkLimits(size=600, overlap=80, tokens=256)
SMALL = ChunkLimits(size=40, overlap=15, tokens=16)
FUZZED, QUICK = 2_000, 300
WORD = re.compile(r"\w+|[^\w\s]")
ALPHABET = (
    *("ok ", "ok. ", "yes, ", "\n", "\n\n", "  ", "é", "e\u0301", "日本語", "👩‍👩‍👧 ", "\u2028"),
    *("\u202e", "\ufeff", "ana@x.test ", "+1 415 555 2671 ", "Ana ", "word ", "? ", "! ", "\t"),
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A document and how it is cut."""

    id: str
    both: DocumentWithTurns
    limits: ChunkLimits


def run(context: EvalContext) -> list[EvalResult]:
    """Cut meetings and fuzzed documents; every chunk must be exact."""
    fuzzed = _result("unicode_fuzz", _fuzzed(context.seed, FUZZED if context.full else QUICK))
    try:
        meetings = _meetings(context)
    except SetAbsent as reason:
        return [fuzzed, skipped(ID, "qmsum", str(reason))]
    return [fuzzed, _result("qmsum", meetings)]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt right chunks; the scorer must notice each."""
    items = [item for item in _fuzzed(context.seed, 40) if len(_chunks(item)) > 3]
    return [
        Mutant(
            eval_id=ID,
            name=f"{name} in {item.id}",
            killed=score(item.id, item.both, corrupt(_chunks(item))).value < 1,
        )
        for item in items[:10]
        for name, corrupt in CORRUPTIONS.items()
    ]


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Count words and marks: the limit is what is tested here, not the model's own pieces."""
    return [len(WORD.findall(text)) + 2 for text in texts]


def _result(name: str, items: Sequence[Item]) -> EvalResult:
    scores = score_items(items, lambda item: score(item.id, item.both, _chunks(item)), name=NAME)
    exact = wilson_estimate(sum(one.value == 1.0 for one in scores), len(items))
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1][:5]
    return EvalResult(
        id=ID,
        set=name,
        metrics={"exact": exact},
        n=len(items),
        verdict=judge(exact, 1.0, n_clusters=len(items), hard=True),
        reason="; ".join(wrong),
    )


def _chunks(item: Item) -> list[Chunk]:
    return chunk_document(item.both, item.limits, count_tokens)


def _meetings(context: EvalContext) -> list[Item]:
    documents = list(meeting_documents(set_folder(context.data, "qmsum")))
    return [
        Item(id=str(document["external_id"]), both=_prepared(_read(document)), limits=LIMITS)
        for document in documents
    ]


def _read(document: dict[str, object]) -> RawDocument:
    data = canonical_json(document).encode()
    return read_file("meeting.json", data, ReadOptions()).documents[0]


def _fuzzed(seed: int, count: int) -> list[Item]:
    draw = random.Random(seed)
    return [
        Item(id=f"fuzz-{number}", both=_prepared(_document(draw, number)), limits=SMALL)
        for number in range(count)
    ]


def _document(draw: random.Random, number: int) -> RawDocument:
    turns = []
    for _ in range(draw.randint(1, 5)):
        words = draw.choices(ALPHABET, k=draw.randint(1, 60))
        # One in three is highly repetitive: that is where a search for the text goes wrong.
        text = "".join(words[:2] * 20 if draw.random() < 1 / 3 else words)
        turns.append(RawTurn(speaker="Ana", text=text))
    return RawDocument(
        external_id=str(number), kind=SourceKind.TRANSCRIPT, title="", turns=tuple(turns)
    )


def _prepared(raw: RawDocument) -> DocumentWithTurns:
    anonymous = replace(raw, turns=tuple(replace(turn, reference=None) for turn in raw.turns))
    prepared = prepare(
        anonymous,
        Known(ids={}, participants={}),
        source_id="s",
        format="fuzz",
        options=ReadOptions(),
        secret=b"eval",
    )
    return prepared.as_version(1)[0]


def _moved(chunks: list[Chunk]) -> list[Chunk]:
    first = chunks[1]
    span = Span(first.span.start + 1, first.span.end + 1)
    return [chunks[0], replace(first, span=span, text=first.text), *chunks[2:]]


def _joined(chunks: list[Chunk]) -> list[Chunk]:
    last = chunks[-1]
    span = Span(chunks[0].span.start, last.span.end)
    return [replace(chunks[0], span=span, text=chunks[0].text + last.text)]


CORRUPTIONS: dict[str, Callable[[list[Chunk]], list[Chunk]]] = {
    "shift a chunk by one character": _moved,
    "drop the last chunk": lambda chunks: chunks[:-1],
    "strip white space and change a letter": lambda chunks: [
        replace(chunks[0], text=chunks[0].text.strip() + "x"),
        *chunks[1:],
    ],
    "give a chunk to another speaker": lambda chunks: [
        replace(chunks[0], participant_id="somebody"),
        *chunks[1:],
    ],
    "right text, wrong document": lambda chunks: [
        replace(chunks[0], document_id="other"),
        *chunks[1:],
    ],
    "two turns in one chunk": _joined,
    "read UTF-8 as cp1252": lambda chunks: [
        replace(chunk, text=(chunk.text + "é").encode().decode("cp1252", "replace"))
        for chunk in chunks
    ],
}
