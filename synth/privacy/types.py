"""Who withdraws, and what went with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A person with all parts they were united from, and what leads to them."""

    person_id: str
    parts: Sequence[str]  #: participant ids, the person's among them
    keys: Sequence[tuple[str, str]]  #: (namespace, stored value)


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far a person reaches, before they withdraw; numbers only."""

    participant: str  #: the pseudonym
    ids: int  #: that lead to them
    passages: int  #: that they said
    documents: int  #: in which they said them
    originals: int  #: files as uploaded, which go whole
    drafts: int  #: that quote them, insights among them
    values: int  #: measured of them, one by one
    anomalies: int  #: that count them


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What went when a person withdrew; numbers only, so that it can be kept."""

    participant: str  #: the pseudonym, which stays
    ids: int  #: external ids that no longer lead to anybody
    joins: int  #: joins and suggestions of joins
    events: int
    values: int  #: measured of them, one by one
    anomalies: int  #: that counted them
    sessions: int  #: recorded ones, with the marks that they were watched
    documents: int  #: in which their words were blanked
    passages: int
    quotes: int  #: citations of them, of all revisions
    texts: int  #: drafts, titles, answers of models and notes that repeated their words
    originals: int  #: files as uploaded, which go whole
    erasure_job_id: str  #: cleans index, files and the database's free space


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A document in which somebody speaks, and their turns in it."""

    document_id: str
    source_id: str
    text: str
    turns: Sequence[tuple[int, int, int]]  #: (ordinal, start, end)
    is_alone: bool  #: nobody else gives evidence in it


@dataclass(frozen=True, kw_only=True)
class Blanked:
    """A document with blanks where somebody spoke."""

    spoken: Spoken
    text: str  #: as long as before
    title: str  #: where nobody else speaks


@dataclass(frozen=True, kw_only=True)
class Erased:
    """How much of what people said went; numbers only."""

    documents: int = 0
    passages: int = 0
    quotes: int = 0  #: citations, of all revisions
    texts: int = 0  #: drafts, titles, answers of models and notes that repeated their words
    originals: int = 0  #: files as uploaded
