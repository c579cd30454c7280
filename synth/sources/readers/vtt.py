"""WebVTT transcripts: Zoom (`Name: text`), Teams (`<v Name>`), captions that name nobody.

The cues are found here and not by a library: libraries drop what they do not understand, and
every line of a file has to be in a turn or in a skip.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from synth.errors import InputError
from synth.sources.decoding import decode
from synth.sources.readers.labels import Labels, looks_like_label, split_label
from synth.sources.readers.speech import CLOCK, Utterance, clock_ms, count_words, join_turns
from synth.sources.types import RawDocument, Reading, ReadOptions, Skip, SourceKind

MAX_CUES = 100_000
TIMING = re.compile(rf"\s*({CLOCK})\s*-->\s*({CLOCK})(?:\s.*)?")
NUMBER_OR_ID = re.compile(r"\s*(?:\d+|[0-9A-Za-z]+(?:[-/_.:][0-9A-Za-z]+)+)\s*")
BLOCKS = re.compile(r"(?:NOTE|STYLE|REGION)\b")
VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?\s+([^>]{0,200})>")
INNER_TIME = re.compile(r"<\d{1,3}:\d{2}[\d:.]{0,12}>")
TAG = re.compile(r"</?(?:c|i|b|u|v|lang|ruby|rt|font)(?:[.\s][^<>]{0,200})?>|<\d[\d:.]{3,15}>")
HAS_TIMING = re.compile(rf"^\s*{CLOCK}\s*-->", re.MULTILINE)


@dataclass
class Cue:
    """One cue: where its timing line stands, its times, its payload lines."""

    line: int
    start_ms: int
    end_ms: int
    payload: list[str] = field(default_factory=list)


@dataclass
class Scan:
    """The cues of a file and everything else that was in it."""

    cues: list[Cue] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)


class VttReader:
    """Reads WebVTT; also files without the header that have cue times."""

    format = "vtt"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether it begins as WebVTT or has cue times."""
        text = decode(data).text
        return text.lstrip().startswith("WEBVTT") or HAS_TIMING.search(text[:4000]) is not None

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the call as one document; raises InputError when there is no cue with text."""
        decoded = decode(data)
        scan = scan_cues(decoded.text)
        if not any(cue.payload for cue in scan.cues):
            raise InputError(
                "no cue with text; export the transcript again",
                file=filename,
                found=f"{len(scan.cues)} cues",
                expected="a time line such as 00:00:03.120 --> 00:00:07.480, then text",
            )
        utterances, notices = _utterances(scan)
        document = RawDocument(
            external_id=filename,
            kind=options.kind or SourceKind.TRANSCRIPT,
            title=filename,
            is_named_by_file=True,
            turns=join_turns(utterances, external_id=filename),
        )
        skips = tuple(sorted(scan.skips, key=lambda skip: skip.line or 0))
        return Reading(
            format=self.format,
            documents=(document,) if document.turns else (),
            skips=skips,
            notices=(*decoded.notices, *notices),
        )


def scan_cues(text: str) -> Scan:
    """Return the cues of `text`; each line that is in none is part of a skip."""
    scan, lines = Scan(), text.split("\n")
    cue: Cue | None = None
    loose: list[tuple[int, str]] = []  # lines outside a cue since the last blank line
    for number, line in enumerate(lines, start=1):
        timing = TIMING.fullmatch(line) if "-->" in line else None
        if timing is not None and len(scan.cues) < MAX_CUES:
            _drop_number(scan, cue, loose)
            cue = Cue(number, clock_ms(timing[1]), clock_ms(timing[2]))
            scan.cues.append(cue)
        elif not line.strip():
            _flush(scan, loose)
            cue = None
        elif cue is not None and timing is None:
            cue.payload.append(line)
        else:
            loose.append((number, line))
    _flush(scan, loose)
    empty = [one for one in scan.cues if not "".join(one.payload).strip()]
    scan.skips += [Skip(reason="cue without text", line=one.line) for one in empty]
    return scan


def _drop_number(scan: Scan, cue: Cue | None, loose: list[tuple[int, str]]) -> None:
    """Take the cue number before a time line out of what it was counted to."""
    if loose and NUMBER_OR_ID.fullmatch(loose[-1][1]):
        loose.pop()
    elif cue is not None and cue.payload and cue.payload[-1].strip().isdigit():
        cue.payload.pop()
    _flush(scan, loose)


def _flush(scan: Scan, loose: list[tuple[int, str]]) -> None:
    if not loose:
        return
    line, first = loose[0]
    text = "\n".join(line for _, line in loose)
    loose.clear()
    if first.lstrip("\ufeff ").startswith("WEBVTT"):
        rest = count_words(text) - 1
        if rest:
            scan.skips.append(Skip(reason="file header", line=line, words=rest))
        return
    block = BLOCKS.match(first)
    if block is not None:
        reason = f"{block.group()} block"
    elif "-->" in first:
        reason = "cue time not understood"
    else:
        reason = "text outside any cue"
    scan.skips.append(Skip(reason=reason, line=line, words=count_words(text)))


def _utterances(scan: Scan) -> tuple[list[Utterance], list[str]]:
    """Return what is said in each cue, and notices about what is missing."""
    cues = [cue for cue in scan.cues if "".join(cue.payload).strip()]
    if any(INNER_TIME.search(line) for cue in cues for line in cue.payload):
        _drop_rolled(scan, cues)
    voiced = any(VOICE.search(line) for cue in cues for line in cue.payload)
    labels = None if voiced else _labels(cues)
    utterances = [one for cue in cues for one in _said(cue, labels)]
    backwards = sum(after.start_ms < before.start_ms for before, after in pairwise(cues))
    unnamed = sum(not one.speaker for one in utterances)
    notices = []
    if backwards:
        notices.append(
            f"{backwards} cues start before the one above them; the file's order is kept"
        )
    if unnamed:
        notices.append(f"{unnamed} of {len(utterances)} cues name no speaker")
    return utterances, notices


def _labels(cues: Sequence[Cue]) -> Labels:
    """Return which `Name:` prefixes of this file are speakers."""
    counts: Counter[str] = Counter()
    begun = 0
    for cue in cues:
        found = [split_label(_plain([line]))[0] for line in cue.payload]
        counts.update(label for label in found if looks_like_label(label))
        begun += looks_like_label(found[0])
    return Labels.from_counts(counts, begun / len(cues))


def _said(cue: Cue, labels: Labels | None) -> Iterator[Utterance]:
    parts = _by_voice("\n".join(cue.payload)) if labels is None else _by_label(cue, labels)
    for speaker, text in parts:
        if text:
            yield Utterance(speaker=speaker, text=text, start_ms=cue.start_ms, end_ms=cue.end_ms)


def _by_voice(payload: str) -> list[tuple[str, str]]:
    """Return (speaker, text) of each `<v Name>` stretch, and of what stands before or after."""
    parts: list[tuple[str, str]] = []
    pieces = VOICE.split(payload)
    before = _plain([pieces[0]])
    if before:
        parts.append(("", before))
    for name, content in zip(pieces[1::2], pieces[2::2], strict=True):
        inside, _, after = content.partition("</v>")
        parts.append((" ".join(html.unescape(name).split()), _plain([inside])))
        outside = _plain([after])
        if outside:
            parts.append(("", outside))
    return parts


def _by_label(cue: Cue, labels: Labels) -> list[tuple[str, str]]:
    """Return (speaker, text) of each labelled line; lines without a label go on."""
    parts: list[tuple[str, list[str]]] = []
    for line in cue.payload:
        plain = _plain([line])
        label, rest = split_label(plain)
        if labels.accept(label):
            parts.append((label, [rest]))
        elif parts:
            parts[-1][1].append(plain)
        else:
            parts.append(("", [plain]))
    return [(speaker, " ".join(filter(None, lines))) for speaker, lines in parts]


def _plain(lines: Sequence[str]) -> str:
    """Return lines as one text, tags out, entities read, white space single."""
    return " ".join(html.unescape(TAG.sub("", "\n".join(lines))).split())


def _drop_rolled(scan: Scan, cues: Sequence[Cue]) -> None:
    """Drop lines that a rolling caption repeats from the cue before, and count their words."""
    shown: list[str] = []
    words = 0
    for cue in cues:
        lines = [_plain([line]) for line in cue.payload]
        kept = [line for line in lines if line and line not in shown]
        words += sum(count_words(line) for line in lines if line in shown)
        shown = [line for line in lines if line]
        cue.payload[:] = [html.escape(line, quote=False) for line in kept]
    if words:
        scan.skips.append(Skip(reason="lines repeated by rolling captions", words=words))
