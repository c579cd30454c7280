"""E09: claims cite, and quotes are their source's own text. Cannot see whether they support it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.types import Score
from synth.hypotheses.types import Citation, Content

NAME = "citations"


@dataclass(frozen=True, kw_only=True)
class Said:
    """One utterance as it was said: the truth a citation is held against."""

    start: int
    end: int
    speaker: str
    at_ms: int | None
    may_cite: bool  #: a participant who allows quotes; never an interviewer


@dataclass(frozen=True, kw_only=True)
class Record:
    """One version of one document as it stands now."""

    text: str
    is_current: bool
    said: Sequence[Said]
    chunks: Mapping[str, tuple[int, int]]  #: chunk id -> range


def score(item: str, content: Content, records: Mapping[str, Record]) -> Score:
    """Return 1 if every claim and quote holds, else 0 with what is wrong."""
    wrong = problems(content, records)
    return Score(
        name=NAME, item=item, value=0.0 if wrong else 1.0, cluster=item, evidence="; ".join(wrong)
    )


def problems(content: Content, records: Mapping[str, Record]) -> list[str]:
    """Return what is wrong with the citations of a hypothesis."""
    wrong = [
        f"claim {position} cites nothing that is there"
        for position, claim in enumerate(content.claims)
        if claim.kind == "qual"
        and not (claim.cites and all(0 <= cite < len(content.citations) for cite in claim.cites))
    ]
    for position, citation in enumerate(content.citations):
        wrong += [f"quote {position}: {what}" for what in _citation(citation, records)]
    return wrong


def _citation(citation: Citation, records: Mapping[str, Record]) -> list[str]:
    record = records.get(citation.document_id)
    if record is None:
        return ["its source is not there"]
    wrong = [] if record.is_current else ["its source was replaced"]
    if not citation.quote or record.text[citation.start : citation.end] != citation.quote:
        wrong.append("it is not the text at its place")
    chunk = record.chunks.get(citation.chunk_id)
    if chunk is None or not chunk[0] <= citation.start <= citation.end <= chunk[1]:
        wrong.append("it lies outside its passage")
    said = [one for one in record.said if one.start <= citation.start and citation.end <= one.end]
    if not said:
        return [*wrong, "it is no single utterance"]
    if (said[0].speaker, said[0].at_ms) != (citation.speaker, citation.at_ms):
        wrong.append("somebody else, or at another time")
    if not said[0].may_cite:
        wrong.append("its speaker may not be quoted")
    return wrong
