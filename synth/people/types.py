"""Participants, the references by which files name them, and who was united with whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a conversation; only participants give evidence."""

    PARTICIPANT = "participant"
    INTERVIEWER = "interviewer"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What may be done with what somebody said."""

    analyse: bool = True  #: counted, embedded, clustered, searched
    quote: bool = True  #: shown verbatim in drafts, insights, exports
    llm: bool = True  #: sent to a language model
    contact: bool | None = None  #: asked for an interview; None: nobody asked them whether


@dataclass(frozen=True, kw_only=True)
class Reference:
    """How a file names a person; `name` and `email` are stored only as keyed hashes."""

    namespace: str  #: "user", "name", "email", or "anonymous" (one author of one document)
    value: str


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A person in this workspace, known by a pseudonym."""

    id: str
    number: int  #: pseudonym is "P<number>"
    role: Role
    segments: Mapping[str, str] = field(default_factory=dict)
    consent: Consent = field(default_factory=Consent)

    @property
    def pseudonym(self) -> str:
        """Return the stable name shown everywhere, for example "P12"."""
        return f"P{self.number}"


class MergeState(StrEnum):
    """Where two people said to be one stand."""

    SUGGESTED = "suggested"  #: by the machine; nothing changes until a person joins them
    JOINED = "joined"
    SPLIT = "split"  #: a join undone
    DISMISSED = "dismissed"  #: a suggestion that a person turned down; never made again


class Ground(StrEnum):
    """Why two people are said to be one; a name never is a ground."""

    EMAIL = "same e-mail"
    CROSSWALK = "crosswalk"
    HAND = "by hand"


@dataclass(frozen=True, kw_only=True)
class Merge:
    """Two people said to be one, with who says so and why."""

    id: str
    kept_id: str  #: the first of the two as they were named
    merged_id: str
    state: MergeState
    ground: Ground
    detail: str  #: file and line, or a note; holds no personal id
    made_by: str
    made_at: datetime
    ended_by: str | None = None  #: who split or dismissed it
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Whether the people heard and the people measured are known to be the same ones."""

    heard: int  #: people who said something that counts
    measured: int  #: people with a value of a metric, or in an anomaly
    both: int
