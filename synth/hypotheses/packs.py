"""The evidence pack of a draft: places and numbers from which it can be drafted again.

A pack holds nobody's words, only where they stand and their hash: who withdraws consent, or is
erased, leaves nothing in it. A replay reads the words again and refuses where they changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from synth.core.fingerprints import fingerprint, sha256_text
from synth.errors import Conflict
from synth.hypotheses.causes import Cause, Rival
from synth.hypotheses.citations import Passage
from synth.hypotheses.composing import Case
from synth.hypotheses.evidence import Excerpt, Pack, may_cite
from synth.hypotheses.flags import Flag, find_flags
from synth.hypotheses.scale import Scale
from synth.hypotheses.types import Earlier, Rejected, Side, Standing, Stratified
from synth.links.types import OverlapCounts
from synth.metrics.types import Anomaly, Metric


@dataclass(frozen=True, kw_only=True)
class StoredExcerpt:
    """Where the words of an excerpt stand in their chunk."""

    chunk_id: str
    start: int
    end: int
    sha256: str
    side: Side
    is_affected: bool | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, kw_only=True)
class Search:
    """What was looked for that speaks against the claim, and what came of it."""

    queries: tuple[str, ...]
    searched: int  #: passages looked through
    withheld: int
    found: tuple[str, ...]  #: chunks that speak against it, best first
    notices: tuple[str, ...] = ()  #: ways of searching that did not answer


@dataclass(frozen=True, kw_only=True)
class StoredPack:
    """Everything a drafter used about a linked pair."""

    anomaly: Anomaly
    metric: Metric
    theme_id: str
    theme: str
    scale: Scale
    overlap: OverlapCounts
    strata: tuple[Stratified, ...]
    standing: Standing
    link_state: str
    attempt: int
    for_model: bool
    excerpts: tuple[StoredExcerpt, ...]
    search: Search
    earlier: tuple[Earlier, ...]  #: approved hypotheses on the same metric
    rejected: tuple[Rejected, ...] = ()  #: drafts of this pair that reviewers rejected
    cause: Cause | None = None  #: the kind of cause, read from everything said about the theme
    rival: Rival | None = None  #: the loudest theme tested and not linked


ADAPTER = TypeAdapter(StoredPack)


def pack_of(case: Case, *, attempt: int, for_model: bool) -> dict[str, Any]:
    """Return the pack of a case as the JSON value that is stored and hashed."""
    pack = case.pack
    stored = StoredPack(
        anomaly=case.anomaly,
        metric=case.metric,
        theme_id=case.theme_id,
        theme=case.theme,
        scale=case.scale,
        overlap=case.overlap,
        strata=case.strata,
        standing=case.standing,
        link_state=case.link_state,
        attempt=attempt,
        for_model=for_model,
        excerpts=tuple(map(_stored, pack.excerpts)),
        search=Search(
            queries=pack.queries,
            searched=pack.searched,
            withheld=pack.withheld,
            found=tuple(excerpt.passage.chunk.id for excerpt in pack.counter),
            notices=pack.notices,
        ),
        earlier=case.earlier,
        rejected=case.rejected,
        cause=case.cause,
        rival=case.rival,
    )
    document: dict[str, Any] = ADAPTER.dump_python(stored, mode="json")
    return document


def pack_sha256(document: Mapping[str, Any]) -> str:
    """Return the hash a draft's provenance names its pack by."""
    return fingerprint(document)


def read_pack(document: Mapping[str, Any]) -> StoredPack:
    """Return a stored pack."""
    return ADAPTER.validate_python(document)


def case_of(stored: StoredPack, passages: Mapping[str, Passage]) -> Case:
    """Return the case a draft was made of, its words read again from `passages`.

    Raises:
        Conflict: a passage is gone, says other words, or may no longer be used.
    """
    excerpts = tuple(_excerpt(one, passages, for_model=stored.for_model) for one in stored.excerpts)
    return Case(
        anomaly=stored.anomaly,
        metric=stored.metric,
        theme_id=stored.theme_id,
        theme=stored.theme,
        scale=stored.scale,
        overlap=stored.overlap,
        strata=stored.strata,
        standing=stored.standing,
        link_state=stored.link_state,
        earlier=stored.earlier,
        rejected=stored.rejected,
        cause=stored.cause,
        rival=stored.rival,
        pack=Pack(
            excerpts=excerpts,
            searched=stored.search.searched,
            withheld=stored.search.withheld,
            queries=stored.search.queries,
            notices=stored.search.notices,
        ),
    )


def chunks_of(stored: StoredPack) -> Sequence[str]:
    """Return the chunks whose passages `case_of` needs."""
    return [one.chunk_id for one in stored.excerpts]


def _stored(excerpt: Excerpt) -> StoredExcerpt:
    chunk = excerpt.passage.chunk
    start = chunk.text.index(excerpt.words)
    return StoredExcerpt(
        chunk_id=chunk.id,
        start=start,
        end=start + len(excerpt.words),
        sha256=sha256_text(excerpt.words),
        side=excerpt.side,
        is_affected=excerpt.is_affected,
        flags=find_flags(excerpt.words),
    )


def _excerpt(one: StoredExcerpt, passages: Mapping[str, Passage], *, for_model: bool) -> Excerpt:
    passage = passages.get(one.chunk_id)
    if passage is None:
        raise Conflict(f"passage {one.chunk_id} of the evidence pack is gone")
    words = passage.chunk.text[one.start : one.end]
    if sha256_text(words) != one.sha256:
        raise Conflict(f"passage {one.chunk_id} no longer says what the evidence pack was made of")
    if not may_cite(passage, for_model=for_model):
        raise Conflict("a speaker of the evidence pack no longer allows the use")
    return Excerpt(passage=passage, words=words, side=one.side, is_affected=one.is_affected)
