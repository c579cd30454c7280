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
