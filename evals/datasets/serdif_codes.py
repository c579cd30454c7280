"""The SERDIF study's human codes: passages of 11 think-aloud sessions, some with several codes."""

from __future__ import annotations

import csv
import html
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from evals.datasets.folder import SetAbsent, set_folder
from evals.datasets.text_set import LabelledTexts
from synth.segments.chunking import ChunkLimits, CountTokens, chunk_document
from synth.segments.types import Chunk
from synth.sources.preparing import Known, prepare
from synth.sources.readers.registry import read_file
from synth.sources.types import DocumentWithTurns, ReadOptions

NAME = "serdif_codes"
RAW = "serdif_transcripts"
PARAGRAPH = re.compile(r"</p>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^>]+>")
#: The speaker before a turn, which our reader takes out of the text.
SPEAKER = re.compile(r"^\s*[A-Z][A-Z0-9 ]{0,30}:")
LIMITS = ChunkLimits(size=600, overlap=80, tokens=256)


@dataclass(frozen=True, kw_only=True)
class CodedChunks:
    """Chunks of the raw transcripts, and how many characters of each code they hold."""

    chunks: tuple[Chunk, ...]
    questions: tuple[str, ...]  #: what was said right before by someone else; empty: nothing
    codes: tuple[str, ...]
    held: tuple[tuple[int, ...], ...]  #: per chunk: characters of each code, then of any code
    coded: int  #: passages with codes
    placed: int  #: those of them that were found in the text of our reader


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A passage as its coders marked it."""

    snippet: str  #: HTML
    codes: tuple[str, ...]
    depth: float  #: how far down its document it begins, 0 to 1


@dataclass(frozen=True, kw_only=True)
class Coded:
    """The places of a passage in the text of our reader."""

    places: list[tuple[int, int]]
    codes: tuple[str, ...]


def load(data: Path | None) -> LabelledTexts:
    """Return every coded passage with all its codes, its session as cluster; raises SetAbsent."""
    path = set_folder(data, "serdif_usability") / "thematic-analysis" / "all_tags_20220303.csv"
    if not path.is_file():
        raise SetAbsent(f"{NAME}: {path.name} is not in the data folder")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["content"].strip()]
    codes: dict[str, list[str]] = defaultdict(list)
    passages: dict[str, tuple[str, str]] = {}
    for row in rows:
        codes[row["id"]].append(row["tag"])
        passages[row["id"]] = (row["document"], row["content"])
    return LabelledTexts(
        name=NAME,
        texts=tuple(content for _, content in passages.values()),
        labels=tuple(codes[one][0] for one in passages),
        clusters=tuple(document for document, _ in passages.values()),
        codes=tuple(tuple(codes[one]) for one in passages),
    )


def load_chunks(data: Path | None, count_tokens: CountTokens) -> CodedChunks:
    """Return the chunks that the product cuts from the transcripts; raises SetAbsent."""
    folder = set_folder(data, "serdif_usability")
    database = next(iter(sorted(folder.glob("thematic-analysis/*.sqlite3"))), None)
    if database is None:
        raise SetAbsent(f"{RAW}: no thematic-analysis/*.sqlite3 in the data folder")
    passages = _coded_passages(database)
    names = sorted({code for rows in passages.values() for one in rows for code in one.codes})
    chunks: list[Chunk] = []
    questions: list[str] = []
    held: list[tuple[int, ...]] = []
    placed = 0
    for name, rows in sorted(passages.items()):
        both = _read(folder / "transcripts" / name)
        spans = [
            Coded(places=_places(both.document.text, passage), codes=passage.codes)
            for passage in rows
        ]
        placed += sum(bool(span.places) for span in spans)
        before = None
        for chunk in chunk_document(both, LIMITS, count_tokens):
            if chunk.is_evidence:
                chunks.append(chunk)
                questions.append("" if before is None or before.is_evidence else before.text)
                held.append((*(_held(chunk, spans, {code}) for code in names), _any(chunk, spans)))
            before = chunk
    return CodedChunks(
        chunks=tuple(chunks),
        questions=tuple(questions),
        codes=tuple(names),
        held=tuple(held),
        coded=sum(len(rows) for rows in passages.values()),
        placed=placed,
    )


def _coded_passages(database: Path) -> dict[str, list[Passage]]:
    query = (
        "SELECT d.name, h.id, h.snippet, t.path, 1.0 * h.start_offset / length(d.contents) "
        "FROM highlights h JOIN documents d ON d.id = h.document_id "
        "JOIN highlight_tags x ON x.highlight_id = h.id JOIN tags t ON t.id = x.tag_id "
        "ORDER BY d.name, h.start_offset, h.id, t.path"
    )
    found: dict[str, dict[int, Passage]] = defaultdict(dict)
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for name, number, snippet, code, depth in connection.execute(query):
            one = found[name].get(number)
            codes = (*one.codes, code) if one else (code,)
            found[name][number] = Passage(snippet=snippet, codes=codes, depth=depth)
    return {name: list(rows.values()) for name, rows in found.items()}


def _read(path: Path) -> DocumentWithTurns:
    if not path.is_file():
        raise SetAbsent(f"{RAW}: {path.name} is not in the data folder")
    raw = read_file(path.name, path.read_bytes(), ReadOptions()).documents[0]
    anonymous = replace(raw, turns=tuple(replace(turn, reference=None) for turn in raw.turns))
    prepared = prepare(
        anonymous,
        Known(ids={}, participants={}),
        source_id="serdif",
        format="odt",
        options=ReadOptions(),
        secret=b"eval",
    )
    return prepared.as_version(1)[0]


def _places(text: str, passage: Passage) -> list[tuple[int, int]]:
    """Return where the paragraphs of a coded passage stand in a document, white space aside.

    Of several places the one nearest to the passage's own depth in its document is taken.
    """
    found = []
    for part in _paragraphs(passage.snippet):
        words = SPEAKER.sub("", part).split()
        pattern = r"\s+".join(map(re.escape, words)) if words else r"(?!)"
        places = [match.span() for match in re.finditer(pattern, text)]
        if places:
            found.append(min(places, key=lambda place: abs(place[0] - passage.depth * len(text))))
    return found


def _paragraphs(snippet: str) -> Iterator[str]:
    for part in PARAGRAPH.split(snippet):
        yield html.unescape(TAG.sub("", part))


def _held(chunk: Chunk, spans: Sequence[Coded], codes: set[str]) -> int:
    """Return how many characters of a chunk carry one of `codes`."""
    held: set[int] = set()
    for span in spans:
        if codes & set(span.codes):
            for start, end in span.places:
                held.update(range(max(start, chunk.span.start), min(end, chunk.span.end)))
    return len(held)


def _any(chunk: Chunk, spans: Sequence[Coded]) -> int:
    return _held(chunk, spans, {code for span in spans for code in span.codes})
