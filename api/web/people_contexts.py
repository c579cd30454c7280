"""What people.html shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import Notice, StateTag


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person in the list."""

    pseudonym: str
    role: str
    known_by: str
    segments: str
    contact: str  #: whether they may be contacted


@dataclass(frozen=True, kw_only=True)
class JoinRow:
    """Two people said to be one."""

    id: str
    people: str
    ground: str  #: why, and where it was said
    by: str  #: who, and when
    state: StateTag
    can_split: bool


@dataclass(frozen=True, kw_only=True)
class LeavingPart:
    """Somebody who is about to withdraw, and what would go."""

    pseudonym: str
    goes: Sequence[tuple[str, str]]  #: (what, how many)


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """people.html."""

    coverage: str
    suggestions: Sequence[JoinRow]
    joins: Sequence[JoinRow]
    people: Sequence[PersonRow]
    shown: str  #: which of how many people
    older: str
    may_manage: bool
    empty: Notice | None
    errors: Sequence[str] = ()
    leaving: LeavingPart | None = None
