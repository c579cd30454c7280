"""Participants and the references by which files name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
